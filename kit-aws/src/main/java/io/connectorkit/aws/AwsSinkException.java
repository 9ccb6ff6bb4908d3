package io.connectorkit.aws;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Why a sink's request or one of its changes was not taken: destination, key where there is one, the service's text. */
public final class AwsSinkException extends IOException {

    private static final long serialVersionUID = 1L;

    public AwsSinkException(String message) {
        super(message);
    }

    public AwsSinkException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
