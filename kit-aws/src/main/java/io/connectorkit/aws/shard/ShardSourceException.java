package io.connectorkit.aws.shard;

import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;
import org.jspecify.annotations.Nullable;

/** A failure that no restart mends: Flink fails the job at once, whatever its restart strategy. */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public final class ShardSourceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ShardSourceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
