package io.connectorkit.sink;

import io.connectorkit.change.Change;
import io.connectorkit.failure.FailureClassifier;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.failure.RetryPolicy;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

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
        if (kind != null || outcomes != null) {
            unpack(request, nowMillis);
        }
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
        unpack(request, nowMillis);
        failWhole(request, FailureKind.RETRYABLE, new TimeoutException(problem), nowMillis);
    }

    /** Changes that do not all fare alike need slots. */
    private void unpack(Request<P> request, long nowMillis) {
        if (request.pack != null) {
            request.slots = buffer.unpack(request.pack, nowMillis);
            request.pack = null;
        }
    }

    private FailureKind kindOf(FailureKind told, Throwable cause) {
        FailureKind known = classifier.classify(cause);
        return known == null ? told : known;
    }

    private int deliverAll(Request<P> request, long nowMillis) {
        int delivered;
        if (request.pack != null) {
            delivered = request.count;
            buffer.settle(request.pack);
        } else {
            delivered = buffer.settleAll(request.slots, request.count, nowMillis);
        }
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
        buffer.prefetch(request.slots, request.count);
        for (int i = 0; i < request.count; i++) {
            int slot = request.slots[i];
            Outcome outcome = outcomes.get(i);
            if (outcome == Outcome.Settled.DELIVERED) {
                delivered += buffer.arrivals(slot);
                metrics.bytesSend.inc(buffer.bytes(slot));
                buffer.settle(slot, nowMillis);
            } else if (outcome == Outcome.Settled.STALE) {
                stale += buffer.arrivals(slot);
                buffer.settle(slot, nowMillis);
            } else if (outcome instanceof Outcome.Failed failed) {
                failures.add(slot, kindOf(failed.kind(), failed.cause()), failed.cause());
            } else {
                throw new IOException("the destination of " + name + " reported no outcome for key "
                        + buffer.change(slot).key() + "; every change must have exactly one");
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
            buffer.isolate(request.slots, request.count);
            return;
        }
        Failures failures = new Failures(request, nowMillis);
        for (int i = 0; i < request.count; i++) {
            failures.add(request.slots[i], kind, cause);
        }
        failures.settle();
    }

    /** The failed changes of one request: counted together, delayed by the same back-off. */
    private final class Failures {
        private final Request<P> request;
        private final long nowMillis;
        private long dueMillis;
        private boolean throttled;

        Failures(Request<P> request, long nowMillis) {
            this.request = request;
            this.nowMillis = nowMillis;
        }

        void add(int slot, FailureKind kind, Throwable cause) throws IOException {
            metrics.sendErrors.inc();
            switch (kind) {
                case FATAL -> throw new IOException(name + " cannot be written to: " + cause.getMessage(), cause);
                case REJECTED -> {
                    metrics.rejected.inc(buffer.arrivals(slot));
                    metrics.causes.rejected(cause, buffer.arrivals(slot));
                    Change<P> change = buffer.change(slot);
                    int attempts = buffer.attempts(slot) + 1;
                    buffer.settle(slot, nowMillis);
                    rejections.rejected(change, attempts, cause);
                }
                case RETRYABLE, THROTTLED -> {
                    throttled |= kind == FailureKind.THROTTLED;
                    retryLater(slot, cause);
                }
            }
        }

        private void retryLater(int slot, Throwable cause) throws IOException {
            int attempts = buffer.attempts(slot) + 1;
            if (!retry.allowsAnotherAfter(attempts)) {
                throw new IOException(
                        name + " refused a change of a batch of " + request.count + " and its retries are used up ("
                                + attempts + " of " + retry.maxAttempts() + "); key="
                                + buffer.change(slot).key()
                                + ": " + cause.getMessage()
                                + "; raise sink.retry.max-attempts or lower sink.in-flight",
                        cause);
            }
            metrics.retries.inc();
            metrics.causes.retried(cause);
            if (dueMillis == 0) {
                dueMillis = nowMillis + retry.delayMillis(attempts, random);
            }
            buffer.delay(slot, attempts, dueMillis);
        }

        void settle() {
            if (throttled) {
                metrics.throttles.inc();
                window.throttled(request.number, nowMillis);
            } else if (dueMillis == 0) {
                // Rejections say nothing about load.
                window.succeeded();
            }
        }
    }
}
