package io.connectorkit.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.failure.RetryPolicy;
import io.connectorkit.lookup.LookupContext;
import io.connectorkit.lookup.LookupException;
import io.connectorkit.lookup.LookupHarness;
import io.connectorkit.lookup.LookupOptions;
import io.connectorkit.lookup.LookupSource;
import io.connectorkit.lookup.LookupSourceFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What every lookup source promises, as tests: extend it, say how to fill your store and how to open the source.
 *
 * @param <V> what the source finds
 */
public abstract class LookupContract<V> {

    private static final long WAIT_SECONDS = 60;

    /** Makes the store hold {@code rows} and nothing else, each text under its key, and returns the source of it. */
    protected abstract LookupSourceFactory<ChangeKey, V> source(Map<ChangeKey, String> rows) throws Exception;

    /** Changes one row of the store that {@link #source} filled. */
    protected abstract void update(ChangeKey key, String text) throws Exception;

    /** The text of a row found. */
    protected abstract String text(V row) throws Exception;

    /** A source whose table, index or collection is not there, if the store can tell when it is opened. */
    protected Optional<LookupSourceFactory<ChangeKey, V>> missing() throws Exception {
        return Optional.empty();
    }

    /** A key of a type that the store cannot compare, if there is one. */
    protected Optional<ChangeKey> unreadableKey() {
        return Optional.empty();
    }

    /** Keys that are easily taken for one another; drop those whose types the store does not know. */
    protected List<ChangeKey> similarKeys() {
        return List.of(
                ChangeKey.of("1"),
                ChangeKey.of("01"),
                ChangeKey.of("A"),
                ChangeKey.of("a"),
                ChangeKey.of("é"),
                ChangeKey.of("../a"),
                ChangeKey.of("a/b?c=d&e#f"),
                ChangeKey.of("\"quoted\\"),
                ChangeKey.of("' OR '1'='1"),
                ChangeKey.of("a,b"),
                ChangeKey.of("$where"));
    }

    /** Batches of 100, 4 in flight, no cache, fast retries. */
    protected LookupOptions options() {
        return LookupOptions.defaults()
                .withoutCache()
                .withWindow(100, 4)
                .withRetry(RetryPolicy.defaults()
                        .withMaxAttempts(100)
                        .withDelays(Duration.ofMillis(1), Duration.ofMillis(20)));
    }

    private static Map<ChangeKey, String> rows(int count) {
        Map<ChangeKey, String> rows = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            rows.put(ChangeKey.of("k" + i), "row " + i);
        }
        return rows;
    }

    /** Asks for all {@code keys} at once and waits for the answers. */
    private Map<ChangeKey, @Nullable String> lookup(LookupHarness<ChangeKey, V> lookup, List<ChangeKey> keys)
            throws Exception {
        List<CompletableFuture<@Nullable V>> answers = new ArrayList<>();
        for (ChangeKey key : keys) {
            answers.add(lookup.lookup(key));
        }
        Map<ChangeKey, @Nullable String> found = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            V row = answers.get(i).get(WAIT_SECONDS, TimeUnit.SECONDS);
            found.put(keys.get(i), row == null ? null : text(row));
        }
        return found;
    }

    @Test
    public void findsTheRowsThatExistAndTellsThoseThatDoNot() throws Exception {
        Map<ChangeKey, String> rows = rows(250);
        Map<ChangeKey, @Nullable String> expected = new HashMap<>(rows);
        for (int i = 0; i < 250; i++) {
            expected.put(ChangeKey.of("absent" + i), null);
        }
        List<ChangeKey> keys = new ArrayList<>(expected.keySet());
        Collections.shuffle(keys, new Random(1));
        try (LookupHarness<ChangeKey, V> lookup = LookupHarness.open(source(rows), options())) {
            assertThat(lookup(lookup, keys)).isEqualTo(expected);
        }
    }

    @Test
    public void aFullBatchIsAnsweredWhole() throws Exception {
        LookupOptions options = options();
        Map<ChangeKey, String> rows = rows(options.batchEntries() / 2);
        List<ChangeKey> keys = new ArrayList<>(rows.keySet());
        for (int i = keys.size(); i < options.batchEntries(); i++) {
            keys.add(ChangeKey.of("absent" + i));
        }
        // Also with the rows at the end.
        for (int round = 0; round < 2; round++) {
            try (LookupSource<ChangeKey, V> source =
                    source(rows).open(new LookupContext(0, options, new UnregisteredMetricsGroup()))) {
                Map<ChangeKey, String> found = new HashMap<>();
                for (Map.Entry<ChangeKey, V> row : source.fetch(keys)
                        .toCompletableFuture()
                        .get(WAIT_SECONDS, TimeUnit.SECONDS)
                        .entrySet()) {
                    found.put(row.getKey(), text(row.getValue()));
                }
                assertThat(found).isEqualTo(rows);
            }
            Collections.reverse(keys);
        }
    }

    @Test
    public void similarKeysAreDifferentRows() throws Exception {
        // Every other key is there, and then those that were not: the one beside it must not be taken for it.
        for (int there = 0; there < 2; there++) {
            Map<ChangeKey, String> rows = new LinkedHashMap<>();
            Map<ChangeKey, @Nullable String> expected = new HashMap<>();
            for (ChangeKey key : similarKeys()) {
                if (expected.size() % 2 == there) {
                    rows.put(key, "row " + expected.size());
                }
                expected.put(key, rows.get(key));
            }
            try (LookupHarness<ChangeKey, V> lookup = LookupHarness.open(source(rows), options())) {
                assertThat(lookup(lookup, similarKeys())).isEqualTo(expected);
                for (ChangeKey key : similarKeys()) {
                    assertThat(lookup(lookup, List.of(key)))
                            .as("%s alone", key)
                            .isEqualTo(Collections.singletonMap(key, expected.get(key)));
                }
            }
        }
    }

    @Test
    public void requestsAtTheSameTimeGetTheirOwnAnswers() throws Exception {
        LookupOptions options = options();
        try (LookupSource<ChangeKey, V> source =
                source(rows(400)).open(new LookupContext(0, options, new UnregisteredMetricsGroup()))) {
            for (int round = 0; round < 10; round++) {
                List<CompletableFuture<Map<ChangeKey, V>>> answers = new ArrayList<>();
                for (int request = 0; request < options.inFlight(); request++) {
                    List<ChangeKey> keys = new ArrayList<>();
                    for (int i = 0; i < options.batchEntries(); i++) {
                        keys.add(ChangeKey.of("k" + (i * options.inFlight() + request)));
                    }
                    answers.add(source.fetch(keys).toCompletableFuture());
                }
                for (int request = 0; request < answers.size(); request++) {
                    Map<ChangeKey, V> answer = answers.get(request).get(WAIT_SECONDS, TimeUnit.SECONDS);
                    assertThat(answer).hasSize(options.batchEntries());
                    for (Map.Entry<ChangeKey, V> found : answer.entrySet()) {
                        int number = Integer.parseInt(found.getKey().text().substring(1));
                        assertThat(number % options.inFlight()).isEqualTo(request);
                        assertThat(text(found.getValue())).isEqualTo("row " + number);
                    }
                }
            }
        }
    }

    @Test
    public void everyKeyIsAnsweredRightlyThroughFaults() throws Exception {
        long seed = 7;
        Map<ChangeKey, String> rows = rows(1_000);
        List<ChangeKey> keys = new ArrayList<>(rows.keySet());
        keys.add(ChangeKey.of("absent"));
        Map<ChangeKey, @Nullable String> expected = new HashMap<>(rows);
        expected.put(ChangeKey.of("absent"), null);
        LookupOptions options = options().withTimeouts(Duration.ofMillis(500), Duration.ofSeconds(WAIT_SECONDS));
        try (LookupHarness<ChangeKey, V> lookup =
                LookupHarness.open(new LookupFaults<>(source(rows), seed), options.withWindow(20, 4))) {
            assertThat(lookup(lookup, keys)).as("seed %d", seed).isEqualTo(expected);
            assertThat(lookup.keysSent()).as("faults of seed %d", seed).isGreaterThan(keys.size());
        }
    }

    @Test
    public void aCachedRowIsNotAskedForAgainAndAnUncachedOneIsFresh() throws Exception {
        ChangeKey key = ChangeKey.of("k0");
        LookupSourceFactory<ChangeKey, V> source = source(rows(1));
        LookupOptions cached = options().withCache(100, Duration.ofDays(1), Duration.ofDays(1));
        try (LookupHarness<ChangeKey, V> remembering = LookupHarness.open(source, cached);
                LookupHarness<ChangeKey, V> asking = LookupHarness.open(source, options())) {
            List<ChangeKey> keys = List.of(key, ChangeKey.of("absent"));
            lookup(remembering, keys);
            lookup(asking, keys);
            update(key, "changed");
            assertThat(lookup(remembering, keys)).containsEntry(key, "row 0");
            assertThat(remembering.keysSent()).isEqualTo(2);
            assertThat(lookup(asking, keys)).containsEntry(key, "changed");
        }
    }

    @Test
    public void aKeyThatTheStoreCannotHoldFailsAloneWithAReason() throws Exception {
        Optional<ChangeKey> unreadable = unreadableKey();
        Map<ChangeKey, String> rows = rows(20);
        try (LookupHarness<ChangeKey, V> lookup = LookupHarness.open(source(rows), options())) {
            // One by one: a batch of its own goes ahead, the rest travels together.
            CompletableFuture<@Nullable V> refused =
                    unreadable.isPresent() ? lookup.lookup(unreadable.get()) : new CompletableFuture<>();
            assertThat(lookup(lookup, List.copyOf(rows.keySet()))).isEqualTo(rows);
            if (unreadable.isPresent()) {
                Throwable failure = catchThrowable(() -> refused.get(WAIT_SECONDS, TimeUnit.SECONDS));
                assertThat(failure).cause().isInstanceOf(LookupException.class);
                assertThat(((LookupException) failure.getCause()).kind()).isEqualTo(FailureKind.REJECTED);
                assertThat(failure.getCause())
                        .hasMessageContaining(unreadable.get().text());
            }
        }
    }

    @Test
    public void whatIsMissingIsToldWhenTheSourceIsOpened() throws Exception {
        Optional<LookupSourceFactory<ChangeKey, V>> missing = missing();
        if (missing.isPresent()) {
            Throwable failure = catchThrowable(
                    () -> LookupHarness.open(missing.get(), options()).close());
            assertThat(failure).as("opening what is missing").isNotNull();
            assertThat(failure.getMessage()).as("reason").isNotBlank();
        } else {
            // A store that makes its tables as they are needed: nothing is found in one that is empty.
            try (LookupHarness<ChangeKey, V> lookup = LookupHarness.open(source(Map.of()), options())) {
                assertThat(lookup(lookup, List.of(ChangeKey.of("k0")))).containsEntry(ChangeKey.of("k0"), null);
            }
        }
    }

    @Test
    public void closingFailsWhoStillWaitsAndReleasesTheSource() throws Exception {
        List<CompletableFuture<@Nullable V>> answers = new ArrayList<>();
        Map<ChangeKey, String> rows = rows(500);
        try (LookupHarness<ChangeKey, V> lookup =
                LookupHarness.open(source(rows), options().withWindow(1, 1))) {
            for (ChangeKey key : rows.keySet()) {
                answers.add(lookup.lookup(key));
            }
        }
        for (CompletableFuture<@Nullable V> answer : answers) {
            Throwable failure = catchThrowable(() -> answer.get(WAIT_SECONDS, TimeUnit.SECONDS));
            if (failure != null) {
                assertThat(failure).cause().isInstanceOf(LookupException.class);
            }
        }
        assertThat(answers).allMatch(CompletableFuture::isDone);
    }
}
