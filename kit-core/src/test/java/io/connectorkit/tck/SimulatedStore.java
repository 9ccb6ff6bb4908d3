package io.connectorkit.tck;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.sink.Batch;
import io.connectorkit.sink.Completion;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.DestinationContext;
import io.connectorkit.sink.DestinationFactory;
import io.connectorkit.sink.Ordering;
import io.connectorkit.sink.Outcome;
import io.connectorkit.sink.PayloadCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A store in virtual time that keeps a log: applies each request somewhere between its sending and its answer, as a
 * server does, and fails as it is told to. One instance serves one test; it never leaves the JVM.
 *
 * @param <P> the payload
 */
public final class SimulatedStore<P> implements DestinationFactory<P>, Destination<P> {

    private static final long serialVersionUID = 1L;

    /** What happens to a request; the first answer that is not null counts. */
    public interface Script<P> {
        /** The request as a whole; null for {@link #entry} to decide on each change. */
        default @Nullable Answer request(Batch<P> batch, int number) {
            return null;
        }

        /** One change; a failed outcome means it is not applied. */
        default Outcome entry(Change<P> change, int attempt) {
            return Outcome.delivered();
        }
    }

    /** What a request as a whole comes to. */
    public sealed interface Answer {
        /** Refused, nothing applied. */
        record Refused(FailureKind kind, Throwable cause) implements Answer {}

        /** Applied after {@code delayMillis}, never answered. */
        record Lost(long delayMillis) implements Answer {}

        /** Applied as usual, answered with just these outcomes. */
        record Says(List<Outcome> outcomes) implements Answer {}
    }

    private final transient VirtualTask task;
    private final transient SplittableRandom random;
    private final Ordering ordering;
    private final boolean guarded;
    private final transient Script<P> script;
    private final long minLatencyMillis;
    private final long maxLatencyMillis;

    private final transient Map<ChangeKey, Change<P>> contents = new HashMap<>();
    private final transient Map<Change<P>, Integer> attempts = new HashMap<>();
    private final transient Set<ChangeKey> keysInFlight = new HashSet<>();
    private final transient List<Change<P>> applied = new ArrayList<>();
    private final transient List<Integer> batchSizes = new ArrayList<>();
    private final transient List<String> violations = new ArrayList<>();
    private @Nullable PayloadCodec<P> codec;
    private transient int inFlight;
    private transient int mostInFlight;

    public SimulatedStore(
            VirtualTask task,
            long seed,
            Ordering ordering,
            boolean guarded,
            long minLatencyMillis,
            long maxLatencyMillis,
            Script<P> script) {
        this.task = task;
        this.random = new SplittableRandom(seed);
        this.ordering = ordering;
        this.guarded = guarded;
        this.minLatencyMillis = minLatencyMillis;
        this.maxLatencyMillis = maxLatencyMillis;
        this.script = script;
    }

    /** What the store holds, deletes included. */
    public Map<ChangeKey, Change<P>> contents() {
        return contents;
    }

    /** Every change in the order in which it was applied. */
    public List<Change<P>> applied() {
        return applied;
    }

    public List<Integer> batchSizes() {
        return batchSizes;
    }

    public int requests() {
        return batchSizes.size();
    }

    public int mostInFlight() {
        return mostInFlight;
    }

    /** Keys that were in two requests at a time. */
    public List<String> violations() {
        return violations;
    }

    @Override
    public Destination<P> open(DestinationContext context) {
        return this;
    }

    @Override
    public String name() {
        return "simulated store";
    }

    @Override
    public Ordering ordering() {
        return ordering;
    }

    @Override
    public boolean guarded() {
        return guarded;
    }

    @Override
    public @Nullable PayloadCodec<P> payloadCodec() {
        return codec;
    }

    /** The same store, taking dead letters. */
    public SimulatedStore<P> withPayloadCodec(PayloadCodec<P> codec) {
        this.codec = codec;
        return this;
    }

    @Override
    public int sizeOf(Change<P> change) {
        return 100;
    }

    @Override
    public void send(Batch<P> batch, Completion completion) {
        batchSizes.add(batch.size());
        mostInFlight = Math.max(mostInFlight, ++inFlight);
        if (ordering != Ordering.NONE) {
            for (Change<P> change : batch) {
                if (!keysInFlight.add(change.key())) {
                    violations.add(change.key().text());
                }
            }
        }
        long latency = minLatencyMillis + random.nextLong(maxLatencyMillis - minLatencyMillis + 1);
        Answer answer = script.request(batch, batchSizes.size());
        if (answer instanceof Answer.Refused refused) {
            task.in(latency, () -> {
                land(batch);
                completion.failed(refused.kind(), refused.cause());
            });
        } else if (answer instanceof Answer.Lost lost) {
            land(batch);
            task.in(lost.delayMillis(), () -> apply(batch));
        } else {
            applyAndAnswer(batch, completion, latency, answer);
        }
    }

    private void applyAndAnswer(Batch<P> batch, Completion completion, long latency, @Nullable Answer answer) {
        List<Outcome> outcomes = new ArrayList<>(batch.size());
        long applyAt = random.nextLong(latency + 1);
        task.in(applyAt, () -> outcomes.addAll(apply(batch)));
        task.in(latency, () -> {
            land(batch);
            if (answer instanceof Answer.Says says) {
                completion.completed(says.outcomes());
            } else if (outcomes.stream().allMatch(Outcome.delivered()::equals)) {
                completion.delivered();
            } else {
                completion.completed(outcomes);
            }
        });
    }

    private void land(Batch<P> batch) {
        inFlight--;
        for (Change<P> change : batch) {
            keysInFlight.remove(change.key());
        }
    }

    private List<Outcome> apply(Batch<P> batch) {
        List<Outcome> outcomes = new ArrayList<>(batch.size());
        for (Change<P> change : batch) {
            Outcome outcome = script.entry(change, attempts.merge(change, 1, Integer::sum));
            if (outcome.equals(Outcome.delivered())) {
                outcome = store(change);
            }
            outcomes.add(outcome);
        }
        return outcomes;
    }

    private Outcome store(Change<P> change) {
        Change<P> held = contents.get(change.key());
        ChangeVersion heldVersion = held == null ? null : held.version();
        ChangeVersion version = change.version();
        if (guarded && heldVersion != null && version != null && version.compareTo(heldVersion) < 0) {
            return Outcome.stale();
        }
        contents.put(change.key(), change);
        applied.add(change);
        return Outcome.delivered();
    }

    @Override
    public void close() {}
}
