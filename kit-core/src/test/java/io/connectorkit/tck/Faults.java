package io.connectorkit.tck;

import io.connectorkit.change.Change;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.sink.Batch;
import io.connectorkit.sink.Batches;
import io.connectorkit.sink.Completion;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.DestinationContext;
import io.connectorkit.sink.DestinationFactory;
import io.connectorkit.sink.Join;
import io.connectorkit.sink.Ordering;
import io.connectorkit.sink.Outcome;
import io.connectorkit.sink.PayloadCodec;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts faults between a writer and any destination: seeded, so that a failing run can be repeated.
 *
 * @param seed of the faults
 * @param entryFailures share of changes that are held back and reported as failed
 * @param refusals share of requests that are refused as a whole, by turns as outage and as throttling
 * @param lostAnswers share of requests that are applied and then reported as failed
 */
public record Faults(long seed, double entryFailures, double refusals, double lostAnswers) implements Serializable {

    /** A fifth of all changes fail, a tenth of all requests are refused, a tenth lose their answer. */
    public static Faults storm(long seed) {
        return new Faults(seed, 0.2, 0.1, 0.1);
    }

    /** {@code inner} with these faults in front of it. */
    public <P> DestinationFactory<P> on(DestinationFactory<P> inner) {
        return new Factory<>(inner, this);
    }

    private record Factory<P>(DestinationFactory<P> inner, Faults faults) implements DestinationFactory<P> {

        @Override
        public Destination<P> open(DestinationContext context) throws Exception {
            return new Faulty<>(inner.open(context), faults, context.subtask());
        }

        @Override
        public String name() {
            return inner.name();
        }

        @Override
        public Ordering ordering() {
            return inner.ordering();
        }

        @Override
        public boolean guarded() {
            return inner.guarded();
        }

        @Override
        public @Nullable Join<P> join() {
            return inner.join();
        }

        @Override
        public @Nullable PayloadCodec<P> payloadCodec() {
            return inner.payloadCodec();
        }
    }

    private static final class Faulty<P> implements Destination<P> {
        private static final IOException INJECTED = new IOException("injected fault");

        private final Destination<P> inner;
        private final Faults faults;
        private final SplittableRandom random;
        private boolean throttle;

        Faulty(Destination<P> inner, Faults faults, int subtask) {
            this.inner = inner;
            this.faults = faults;
            this.random = new SplittableRandom(faults.seed() + subtask);
        }

        @Override
        public void send(Batch<P> batch, Completion completion) {
            if (random.nextDouble() < faults.refusals()) {
                throttle = !throttle;
                completion.failed(throttle ? FailureKind.THROTTLED : FailureKind.RETRYABLE, INJECTED);
                return;
            }
            boolean lost = random.nextDouble() < faults.lostAnswers();
            List<Change<P>> passed = new ArrayList<>(batch.size());
            boolean[] held = new boolean[batch.size()];
            for (int i = 0; i < held.length; i++) {
                held[i] = random.nextDouble() < faults.entryFailures();
                if (!held[i]) {
                    passed.add(batch.get(i));
                }
            }
            if (passed.isEmpty()) {
                completion.failed(FailureKind.RETRYABLE, INJECTED);
                return;
            }
            inner.send(Batches.of(passed), new Merged(completion, held, passed.size(), () -> lost));
        }

        @Override
        public int sizeOf(Change<P> change) {
            return inner.sizeOf(change);
        }

        @Override
        public void close() throws Exception {
            inner.close();
        }
    }

    /** Puts the outcomes of the changes that were passed on among those that were held back. */
    private record Merged(Completion outer, boolean[] held, int passed, BooleanSupplier lost) implements Completion {

        @Override
        public void delivered() {
            completed(java.util.Collections.nCopies(passed, Outcome.delivered()));
        }

        @Override
        public void completed(List<Outcome> outcomes) {
            if (lost.getAsBoolean()) {
                outer.failed(FailureKind.RETRYABLE, Faulty.INJECTED);
                return;
            }
            List<Outcome> merged = new ArrayList<>(held.length);
            int next = 0;
            for (boolean heldBack : held) {
                merged.add(heldBack ? Outcome.retry(Faulty.INJECTED) : outcomes.get(next++));
            }
            outer.completed(merged);
        }

        @Override
        public void failed(FailureKind kind, Throwable cause) {
            outer.failed(kind, cause);
        }
    }
}
