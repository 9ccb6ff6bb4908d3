package io.connectorkit.aws;

import io.connectorkit.failure.FailureKind;
import io.connectorkit.sink.Completion;
import io.connectorkit.sink.Outcome;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the outcomes of one batch that went out in several requests, and reports when the last one is there.
 *
 * <p>Thread-safe: each position is set once, by any thread. A FATAL failure of one request is that of the batch.
 */
public final class BatchOutcomes {

    private final Completion completion;
    private final @Nullable Outcome[] outcomes;
    private final AtomicInteger missing;
    private final AtomicReference<@Nullable Throwable> fatal = new AtomicReference<>();

    public BatchOutcomes(int size, Completion completion) {
        this.completion = completion;
        this.outcomes = new Outcome[size];
        this.missing = new AtomicInteger(size);
    }

    public void set(int position, Outcome outcome) {
        if (outcome instanceof Outcome.Failed failed && failed.kind() == FailureKind.FATAL) {
            fatal.compareAndSet(null, failed.cause());
        }
        outcomes[position] = outcome;
        if (missing.decrementAndGet() == 0) {
            report();
        }
    }

    /** The request that carried this change failed with {@code kind}. */
    public void fail(int position, FailureKind kind, Throwable cause) {
        set(position, new Outcome.Failed(kind, cause));
    }

    private void report() {
        Throwable end = fatal.get();
        if (end != null) {
            completion.failed(FailureKind.FATAL, end);
            return;
        }
        for (Outcome outcome : outcomes) {
            if (outcome != Outcome.delivered()) {
                completion.completed(Arrays.asList(outcomes));
                return;
            }
        }
        completion.delivered();
    }
}
