package io.connectorkit.sink;

import io.connectorkit.failure.FailureKind;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One request in flight. Completed by any thread, handled by the task thread.
 */
final class Request<P> implements Completion {

    private final BatchWriter<?, P> writer;
    private final AtomicBoolean reported = new AtomicBoolean();

    /** What is in it, until it is settled. */
    final Pack<P> pack;

    final int count;
    final long bytes;
    final long number;
    final long sentMillis;

    /** Set on the task thread once the request has been dealt with: answered, or given up at its deadline. */
    boolean settled;

    @Nullable
    Request<P> older;

    @Nullable
    Request<P> newer;

    // What the destination reported: written before the hand-over to the task thread.
    private @Nullable List<Outcome> outcomes;
    private @Nullable FailureKind kind;
    private @Nullable Throwable cause;

    Request(BatchWriter<?, P> writer, Pack<P> pack, long number, long sentMillis) {
        this.writer = writer;
        this.pack = pack;
        this.count = pack.count();
        this.bytes = pack.bytes();
        this.number = number;
        this.sentMillis = sentMillis;
    }

    /** Null when every change was delivered or the request failed as a whole. */
    @Nullable
    List<Outcome> outcomes() {
        return outcomes;
    }

    /** Null unless the request failed as a whole. */
    @Nullable
    FailureKind kind() {
        return kind;
    }

    /** Why; only of a request that failed as a whole. */
    Throwable cause() {
        return cause != null ? cause : new IllegalStateException("a failed request has a cause");
    }

    @Override
    public void delivered() {
        if (claim()) {
            writer.answered(this);
        }
    }

    @Override
    public void completed(List<Outcome> outcomes) {
        if (claim()) {
            this.outcomes = outcomes;
            writer.answered(this);
        }
    }

    @Override
    public void failed(FailureKind kind, Throwable cause) {
        if (claim()) {
            fail(kind, cause);
        }
    }

    @Override
    public void crashed(Throwable cause) {
        // Not a second report if the first has been made: the destination broke while or after making it.
        if (reported.compareAndSet(false, true)) {
            fail(FailureKind.FATAL, cause);
        } else {
            writer.broken(cause);
        }
    }

    private void fail(FailureKind kind, Throwable cause) {
        this.kind = kind;
        this.cause = cause;
        writer.answered(this);
    }

    private boolean claim() {
        if (reported.compareAndSet(false, true)) {
            return true;
        }
        writer.broken(new IllegalStateException("the destination completed one batch twice"));
        return false;
    }
}
