package io.connectorkit.tck;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.lookup.LookupContext;
import io.connectorkit.lookup.LookupException;
import io.connectorkit.lookup.LookupOptions;
import io.connectorkit.lookup.LookupSource;
import io.connectorkit.lookup.LookupSourceFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The lookup contract can fail: each planted bug is caught by the test whose promise it breaks. */
class BrokenLookupsTest {

    @FunctionalInterface
    private interface ContractTest {
        void run(LookupContract<String> contract) throws Exception;
    }

    private enum Bug {
        LAST_KEY_OF_EACH_BATCH_IGNORED(LookupContract::aFullBatchIsAnsweredWhole),
        ONLY_TEN_ROWS(LookupContract::aFullBatchIsAnsweredWhole),
        MISSING_ROWS_INVENTED(LookupContract::findsTheRowsThatExistAndTellsThoseThatDoNot),
        CASE_FOLDED(LookupContract::similarKeysAreDifferentRows),
        QUOTES_NOT_ESCAPED(LookupContract::similarKeysAreDifferentRows),
        ANSWERS_OF_ANOTHER_REQUEST(LookupContract::requestsAtTheSameTimeGetTheirOwnAnswers),
        EMPTY_ANSWER_WHEN_OUTAGE(LookupContract::everyKeyIsAnsweredRightlyThroughFaults),
        CACHES_BY_ITSELF(LookupContract::aCachedRowIsNotAskedForAgainAndAnUncachedOneIsFresh),
        UNREADABLE_KEY_IS_AN_OUTAGE(LookupContract::aKeyThatTheStoreCannotHoldFailsAloneWithAReason),
        OPENS_WHAT_IS_MISSING(LookupContract::whatIsMissingIsToldWhenTheSourceIsOpened);

        private final ContractTest caughtBy;

        Bug(ContractTest caughtBy) {
            this.caughtBy = caughtBy;
        }
    }

    @ParameterizedTest
    @EnumSource(Bug.class)
    void isCaught(Bug bug) {
        assertThatThrownBy(() -> bug.caughtBy.run(new Broken(bug)))
                .as("%s goes unnoticed", bug)
                .isInstanceOfAny(AssertionError.class, Exception.class);
    }

    private static final class Broken extends LookupContract<String> {

        private final Map<ChangeKey, String> store = new ConcurrentHashMap<>();
        private final Bug bug;

        Broken(Bug bug) {
            this.bug = bug;
        }

        @Override
        protected LookupSourceFactory<ChangeKey, String> source(Map<ChangeKey, String> rows) {
            store.clear();
            store.putAll(rows);
            return new Source(bug, store);
        }

        @Override
        protected void update(ChangeKey key, String text) {
            store.put(key, text);
        }

        @Override
        protected String text(String row) {
            return row;
        }

        @Override
        protected Optional<LookupSourceFactory<ChangeKey, String>> missing() {
            return bug == Bug.OPENS_WHAT_IS_MISSING ? Optional.of(new Source(bug, store)) : Optional.empty();
        }

        @Override
        protected Optional<ChangeKey> unreadableKey() {
            return Optional.of(ChangeKey.of(1));
        }

        @Override
        protected LookupOptions options() {
            LookupOptions options = super.options();
            return options.withRetry(options.retry().withMaxAttempts(3))
                    .withTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(2));
        }
    }

    private static final class Source
            implements LookupSourceFactory<ChangeKey, String>, LookupSource<ChangeKey, String> {

        private static final long serialVersionUID = 1L;

        private final Bug bug;
        private final transient Map<ChangeKey, String> store;
        private final transient Map<ChangeKey, String> seen = new ConcurrentHashMap<>();
        private transient CompletableFuture<Map<ChangeKey, String>> held;
        private transient Map<ChangeKey, String> heldRows;
        private int requests;

        Source(Bug bug, Map<ChangeKey, String> store) {
            this.bug = bug;
            this.store = store;
        }

        @Override
        public LookupSource<ChangeKey, String> open(LookupContext context) {
            return this;
        }

        @Override
        public synchronized CompletionStage<Map<ChangeKey, String>> fetch(List<ChangeKey> keys) {
            Map<ChangeKey, String> rows = rows(keys);
            if (bug == Bug.UNREADABLE_KEY_IS_AN_OUTAGE && keys.contains(ChangeKey.of(1))) {
                return CompletableFuture.failedFuture(new LookupException(FailureKind.RETRYABLE, "outage", null));
            } else if (bug == Bug.EMPTY_ANSWER_WHEN_OUTAGE && requests++ % 5 == 4) {
                return CompletableFuture.completedFuture(Map.of());
            } else if (bug != Bug.ANSWERS_OF_ANOTHER_REQUEST) {
                return CompletableFuture.completedFuture(rows);
            } else if (held == null) {
                held = new CompletableFuture<>();
                heldRows = rows;
                return held;
            }
            // Two requests at a time: each gets the other's rows.
            held.complete(rows);
            held = null;
            return CompletableFuture.completedFuture(heldRows);
        }

        private Map<ChangeKey, String> rows(List<ChangeKey> keys) {
            Map<ChangeKey, String> rows = new HashMap<>();
            List<ChangeKey> asked = new ArrayList<>(keys);
            if (bug == Bug.LAST_KEY_OF_EACH_BATCH_IGNORED && asked.size() > 1) {
                asked.remove(asked.size() - 1);
            }
            for (ChangeKey key : asked) {
                String row = row(key);
                if (row != null && !(bug == Bug.ONLY_TEN_ROWS && rows.size() == 10)) {
                    rows.put(key, row);
                }
            }
            return rows;
        }

        private String row(ChangeKey key) {
            return switch (bug) {
                case MISSING_ROWS_INVENTED -> store.getOrDefault(key, "row");
                case CASE_FOLDED -> {
                    String folded = store.get(ChangeKey.of(key.text().toLowerCase(Locale.ROOT)));
                    yield folded == null ? store.get(ChangeKey.of(key.text().toUpperCase(Locale.ROOT))) : folded;
                }
                case QUOTES_NOT_ESCAPED ->
                    "' OR '1'='1".equals(key.part(0))
                            ? store.values().stream().findFirst().orElse(null)
                            : store.get(key);
                case CACHES_BY_ITSELF -> seen.computeIfAbsent(key, store::get);
                default -> store.get(key);
            };
        }

        @Override
        public void close() {}

        @Override
        public String name() {
            return "a broken source";
        }
    }
}
