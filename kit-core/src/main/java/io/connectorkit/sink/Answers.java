package io.connectorkit.sink;

import io.connectorkit.failure.FailureClassifier;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.failure.RetryPolicy;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a destination reported of a request into what happens to each of its changes: done, tried again later, or
 * the end of the job. Lives on the task thread.
 */
final class Answers<P> {

    private final String name;
    private final boolean guarded;
    private final RetryPolicy retry;
    private final FailureClassifier classifier;
    private final long timeoutMillis;
    private final Rejections<?, P> rejections;
    private final ChangeBuffer<P> buffer;
    private final Window window;
    private final WriterMetrics metrics;
    private final RandomGenerator random;

    Answers(
            DestinationFactory<P> factory,
            SinkOptions options,
            Rejections<?, P> rejections,
            ChangeBuffer<P> buffer,
            Window window,
            WriterMetrics metrics,
            RandomGenerator random) {
        this.name = factory.name();
        this.guarded = factory.guarded();
        this.retry = options.retry();
        this.classifier = options.failures();
        this.timeoutMillis = options.requestTimeout().toMillis();
        this.rejections = rejections;
        this.buffer = buffer;
        this.window = window;
        this.metrics = metrics;
        this.random = random;
    }

    /** Deals with every change of a request that was answered; returns how many are done with. */
    int settle(Request<P> request, long nowMillis) throws IOException {
        metrics.stale.inc(buffer.drainStale());
        FailureKind kind = request.kind();
        List<Outcome> outcomes = request.outcomes();
        if (kind != null) {
            failWhole(request, kindOf(kind, request.cause()), request.cause(), nowMillis);
            return 0;
        }
        return outcomes == null ? deliverAll(request, nowMillis) : settleEach(request, outcomes, nowMillis);
    }

    /** Deals with every change of a request that was not answered in time. */
    void giveUp(Request<P> request, long nowMillis) throws IOException {
        String problem = "a request of " + request.count + " changes to " + name
                + " took longer than sink.request-timeout (" + timeoutMillis + " ms)";
        if (!guarded) {
            throw new IOException(problem + "; it may still be applied, so sending it again could put an older change"
                    + " over a newer one: raise sink.request-timeout, or give the changes a version");
        }
        metrics.timeouts.inc();
        failWhole(request, FailureKind.RETRYABLE, new TimeoutException(problem), nowMillis);
    }

    private FailureKind kindOf(FailureKind told, Throwable cause) {
        FailureKind known = classifier.classify(cause);
        return known == null ? told : known;
    }

    private int deliverAll(Request<P> request, long nowMillis) {
        int delivered = request.pack.arrivals();
        buffer.settleAll(request.pack, nowMillis);
        buffer.recycle(request.pack);
        metrics.recordsSend.inc(delivered);
        rejections.accepted(delivered);
        metrics.bytesSend.inc(request.bytes);
        window.succeeded();
        return delivered;
    }

    private int settleEach(Request<P> request, List<Outcome> outcomes, long nowMillis) throws IOException {
        if (outcomes.size() != request.count) {
            throw new IOException("the destination of " + name + " reported " + outcomes.size()
                    + " outcomes for a batch of " + request.count + " changes; every change must have exactly one");
        }
        Failures failures = new Failures(request, nowMillis);
        int delivered = 0;
        int stale = 0;
        Pack<P> pack = request.pack;
        for (int i = 0; i < request.count; i++) {
            Outcome outcome = outcomes.get(i);
            if (outcome == Outcome.Settled.DELIVERED) {
                delivered += pack.arrivals(i);
                metrics.bytesSend.inc(pack.size(i));
                buffer.settle(pack, i, nowMillis);
            } else if (outcome == Outcome.Settled.STALE) {
                stale += pack.arrivals(i);
                buffer.settle(pack, i, nowMillis);
            } else if (outcome instanceof Outcome.Failed failed) {
                failures.add(i, kindOf(failed.kind(), failed.cause()), failed.cause());
            } else {
                throw new IOException("the destination of " + name + " reported no outcome for key "
                        + pack.change(i).key() + "; every change must have exactly one");
            }
        }
        metrics.recordsSend.inc(delivered + stale);
        rejections.accepted(delivered + stale);
        metrics.stale.inc(stale);
        failures.settle();
        return delivered + stale;
    }

    private void failWhole(Request<P> request, FailureKind kind, Throwable cause, long nowMillis) throws IOException {
        if (kind == FailureKind.REJECTED && request.count > 1) {
            metrics.bisected.inc();
            buffer.isolate(request.pack);
            buffer.recycle(request.pack);
            return;
        }
        Failures failures = new Failures(request, nowMillis);
        for (int i = 0; i < request.count; i++) {
            failures.add(i, kind, cause);
        }
        failures.settle();
    }

    /** The failed changes of one request: counted together, delayed by the same back-off. */
    private final class Failures {
        private final Request<P> request;
        private final Pack<P> pack;
        private final long nowMillis;
        private @Nullable Pack<P> again;
        private long dueMillis;
        private boolean throttled;

        Failures(Request<P> request, long nowMillis) {
            this.request = request;
            this.pack = request.pack;
            this.nowMillis = nowMillis;
        }

        void add(int index, FailureKind kind, Throwable cause) throws IOException {
            metrics.sendErrors.inc();
            switch (kind) {
                case FATAL -> throw new IOException(name + " cannot be written to: " + cause.getMessage(), cause);
                case REJECTED -> {
                    metrics.rejected.inc(pack.arrivals(index));
                    metrics.causes.rejected(cause, pack.arrivals(index));
                    buffer.settle(pack, index, nowMillis);
                    rejections.rejected(pack.change(index), pack.attempts(index) + 1, cause);
                }
                case RETRYABLE, THROTTLED -> {
                    throttled |= kind == FailureKind.THROTTLED;
                    retryLater(index, cause);
                }
            }
        }

        private void retryLater(int index, Throwable cause) throws IOException {
            int attempts = pack.attempts(index) + 1;
            if (!retry.allowsAnotherAfter(attempts)) {
                throw new IOException(
                        name + " refused a change of a batch of " + request.count + " and its retries are used up ("
                                + attempts + " of " + retry.maxAttempts() + "); key="
                                + pack.change(index).key()
                                + ": " + cause.getMessage()
                                + "; raise sink.retry.max-attempts or lower sink.in-flight",
                        cause);
            }
            metrics.retries.inc();
            metrics.causes.retried(cause);
            if (again == null) {
                again = new Pack<>(request.count - index, pack.sinceMillis());
                dueMillis = nowMillis + retry.delayMillis(attempts, random);
            }
            again.add(pack, index, attempts);
        }

        void settle() {
            if (again != null) {
                buffer.delay(again, dueMillis);
            }
            buffer.recycle(pack);
            if (throttled) {
                metrics.throttles.inc();
                window.throttled(request.number, nowMillis);
            } else if (again == null) {
                // Rejections say nothing about load.
                window.succeeded();
            }
        }
    }
}
