package io.connectorkit.tck;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.failure.RetryPolicy;
import io.connectorkit.sink.Batch;
import io.connectorkit.sink.Batches;
import io.connectorkit.sink.Completion;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.DestinationContext;
import io.connectorkit.sink.DestinationFactory;
import io.connectorkit.sink.Ordering;
import io.connectorkit.sink.Outcome;
import io.connectorkit.sink.PayloadCodec;
import io.connectorkit.sink.SinkOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract can fail: each planted bug is caught by the test whose promise it breaks. */
class BrokenDestinationsTest {

    @FunctionalInterface
    private interface ContractTest {
        void run(SinkContract<byte[]> contract) throws Exception;
    }

    private enum Bug {
        GUARD_IGNORED(SinkContract::theNewestStaysWhateverTheOrderAndStaleChangesAreCounted),
        REPLAY_OVERWRITES(SinkContract::aStormOfFaultsReplaysAndKillsLeavesExactlyTheNewest),
        STALE_REPORTED_AS_DELIVERED(SinkContract::theNewestStaysWhateverTheOrderAndStaleChangesAreCounted),
        EQUAL_VERSION_TAKEN_AS_STALE(SinkContract::amongEqualVersionsTheLaterArrivalStays),
        LAST_OF_EACH_BATCH_LOST(SinkContract::aCheckpointMakesEverythingBeforeItReadable),
        ANSWERED_BEFORE_WRITTEN(SinkContract::aCheckpointMakesEverythingBeforeItReadable),
        KEYS_FOLDED(SinkContract::similarKeysAreDifferentRows),
        DELETES_IGNORED(SinkContract::aDeletedRowIsGoneAndANewerChangeBringsItBack),
        DELETES_UNGUARDED(SinkContract::aDeletedRowIsGoneAndANewerChangeBringsItBack),
        DELETES_FORGOTTEN(SinkContract::aLateReplayDoesNotBringADeletedRowBack),
        INSERT_OVERWRITES(SinkContract::insertOnlyLeavesWhatIsThere),
        FIRST_ARRIVAL_STAYS(SinkContract::withoutAVersionTheLastArrivalStays),
        POISON_SWALLOWED(SinkContract::whatItRejectsIsKeptAndTheOthersAreWritten),
        POISON_RETRIED_FOR_EVER(SinkContract::whatItRejectsIsKeptAndTheOthersAreWritten),
        OUTCOMES_SHIFTED(SinkContract::whatItRejectsIsKeptAndTheOthersAreWritten),
        ONE_OUTCOME_TOO_FEW(SinkContract::aReplayChangesNothing);

        private final ContractTest caughtBy;

        Bug(ContractTest caughtBy) {
            this.caughtBy = caughtBy;
        }
    }

    @ParameterizedTest
    @EnumSource(Bug.class)
    void isCaught(Bug bug) {
        assertThatThrownBy(() -> bug.caughtBy.run(new BrokenContract(bug)))
                .as("%s goes unnoticed", bug)
                .isInstanceOfAny(AssertionError.class, Exception.class);
    }

    private static final class BrokenContract extends SinkContract<byte[]> {
        private final MemoryStore store = MemoryStore.create();
        private final Bug bug;

        BrokenContract(Bug bug) {
            this.bug = bug;
        }

        @Override
        protected DestinationFactory<byte[]> destination(WriteMode mode) {
            return new Broken(bug, store, mode);
        }

        @Override
        protected byte[] payload(ChangeKey key, String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        protected Map<ChangeKey, String> contents() {
            return store.contents();
        }

        @Override
        protected Optional<String> poison() {
            return Optional.of("poison");
        }

        @Override
        protected SinkOptions options() {
            return super.options()
                    .withRetry(RetryPolicy.defaults()
                            .withMaxAttempts(3)
                            .withDelays(java.time.Duration.ofMillis(1), java.time.Duration.ofMillis(2)));
        }
    }

    private static final class Broken implements DestinationFactory<byte[]>, Destination<byte[]> {
        private static final long serialVersionUID = 1L;
        private final Bug bug;
        private final transient MemoryStore store;
        private final WriteMode mode;
        private final transient Map<ChangeKey, ChangeVersion> seen = new HashMap<>();
        private transient Destination<byte[]> guarded;
        private transient Destination<byte[]> unguarded;

        Broken(Bug bug, MemoryStore store, WriteMode mode) {
            this.bug = bug;
            this.store = store;
            this.mode = mode;
        }

        @Override
        public Destination<byte[]> open(DestinationContext context) throws Exception {
            guarded = store.destination(mode).open(context);
            unguarded = store.destination(WriteMode.OVERWRITE).open(context);
            return this;
        }

        @Override
        public void send(Batch<byte[]> batch, Completion completion) {
            switch (bug) {
                case GUARD_IGNORED, REPLAY_OVERWRITES, INSERT_OVERWRITES -> unguarded.send(batch, completion);
                case STALE_REPORTED_AS_DELIVERED ->
                    guarded.send(
                            batch,
                            answering(
                                    outcomes -> java.util.Collections.nCopies(batch.size(), Outcome.delivered()),
                                    completion));
                case EQUAL_VERSION_TAKEN_AS_STALE -> {
                    Change<byte[]> only = batch.get(0);
                    if (only.version().equals(seen.put(only.key(), only.version()))) {
                        completion.completed(List.of(Outcome.stale()));
                    } else {
                        guarded.send(batch, completion);
                    }
                }
                case LAST_OF_EACH_BATCH_LOST ->
                    guarded.send(
                            Batches.of(batch.subList(0, batch.size() - 1)), answering(outcomes -> null, completion));
                case ANSWERED_BEFORE_WRITTEN -> completion.delivered();
                case KEYS_FOLDED -> guarded.send(map(batch, change -> rekeyed(change)), completion);
                case DELETES_IGNORED -> {
                    List<Change<byte[]>> upserts = batch.stream()
                            .filter(change -> change instanceof Change.Upsert)
                            .toList();
                    if (upserts.isEmpty()) {
                        completion.delivered();
                    } else {
                        guarded.send(Batches.of(upserts), answering(outcomes -> null, completion));
                    }
                }
                case DELETES_UNGUARDED -> (isDelete(batch) ? unguarded : guarded).send(batch, completion);
                case DELETES_FORGOTTEN -> {
                    if (isDelete(batch)) {
                        unguarded.send(
                                map(batch, change -> new Change.Delete<>(change.key(), ChangeVersion.of(0))),
                                completion);
                    } else {
                        guarded.send(batch, completion);
                    }
                }
                case FIRST_ARRIVAL_STAYS -> {
                    List<Change<byte[]>> fresh = batch.stream()
                            .filter(change -> seen.put(change.key(), ChangeVersion.of(1)) == null)
                            .toList();
                    if (fresh.isEmpty()) {
                        completion.delivered();
                    } else {
                        guarded.send(Batches.of(fresh), answering(outcomes -> null, completion));
                    }
                }
                case POISON_SWALLOWED -> guarded.send(batch, answering(outcomes -> null, completion));
                case POISON_RETRIED_FOR_EVER ->
                    guarded.send(
                            batch,
                            answering(
                                    outcomes -> outcomes.stream()
                                            .map(outcome -> outcome instanceof Outcome.Failed failed
                                                    ? Outcome.retry(failed.cause())
                                                    : outcome)
                                            .toList(),
                                    completion));
                case OUTCOMES_SHIFTED ->
                    guarded.send(
                            batch,
                            answering(
                                    outcomes -> {
                                        List<Outcome> shifted = new ArrayList<>(outcomes);
                                        java.util.Collections.rotate(shifted, 1);
                                        return shifted;
                                    },
                                    completion));
                case ONE_OUTCOME_TOO_FEW ->
                    guarded.send(batch, answering(outcomes -> outcomes.subList(1, outcomes.size()), completion));
            }
        }

        private static boolean isDelete(Batch<byte[]> batch) {
            return batch.get(0) instanceof Change.Delete;
        }

        private static Change<byte[]> rekeyed(Change<byte[]> change) {
            ChangeKey folded = ChangeKey.of(change.key().text().toLowerCase(Locale.ROOT));
            return new Change.Upsert<>(folded, change.version(), ((Change.Upsert<byte[]>) change).payload());
        }

        private static Batch<byte[]> map(Batch<byte[]> batch, java.util.function.UnaryOperator<Change<byte[]>> mapper) {
            return Batches.of(batch.stream().map(mapper).toList());
        }

        /** Answers with what {@code answer} makes of the outcomes; null for all delivered. */
        private static Completion answering(
                java.util.function.Function<List<Outcome>, List<Outcome>> answer, Completion completion) {
            return new Completion() {
                @Override
                public void delivered() {
                    completion.delivered();
                }

                @Override
                public void completed(List<Outcome> outcomes) {
                    List<Outcome> answered = answer.apply(outcomes);
                    if (answered == null) {
                        completion.delivered();
                    } else {
                        completion.completed(answered);
                    }
                }

                @Override
                public void failed(FailureKind kind, Throwable cause) {
                    completion.failed(kind, cause);
                }
            };
        }

        @Override
        public int sizeOf(Change<byte[]> change) {
            return 50;
        }

        @Override
        public String name() {
            return "broken store";
        }

        @Override
        public Ordering ordering() {
            return Ordering.COALESCE;
        }

        @Override
        public boolean guarded() {
            return true;
        }

        @Override
        public PayloadCodec<byte[]> payloadCodec() {
            return PayloadCodec.bytes();
        }

        @Override
        public void close() throws Exception {
            guarded.close();
            unguarded.close();
        }
    }
}
