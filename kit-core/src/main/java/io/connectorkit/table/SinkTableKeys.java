package io.connectorkit.table;

import io.connectorkit.change.DeleteMode;
import io.connectorkit.failure.DeadLetterBudget;
import io.connectorkit.failure.RetryPolicy;
import io.connectorkit.sink.BatchSink;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.FactoryUtil;
import org.jspecify.annotations.Nullable;

/**
 * The options that every SQL sink has, under the kit's names and, where a connector's users know another one, under that
 * too.
 */
public final class SinkTableKeys {

    /** Column whose value is the version of a row; without it the last arrival of a key stays. */
    public static final ConfigOption<String> VERSION_COLUMN = text("sink.version-column")
            .withDescription(
                    "Column with the version of a row: the highest version of a key stays, whatever arrives late.");

    /** What stays behind of a deleted row. */
    public static final ConfigOption<DeleteMode> DELETE_MODE = ConfigOptions.key("sink.delete-mode")
            .enumType(DeleteMode.class)
            .defaultValue(DeleteMode.HARD)
            .withDescription("HARD leaves nothing of a deleted row, TOMBSTONE a fence against late replays.");

    /**
     * Whether an INSERT writes only the columns that it names ({@link NamedColumns}). Not among {@link #all()}: of stores
     * that can.
     */
    public static final ConfigOption<Boolean> PARTIAL_UPDATES = ConfigOptions.key("sink.partial-updates")
            .booleanType()
            .defaultValue(false)
            .withDescription(
                    "Whether an INSERT that names some columns leaves the others of a row that is there as they"
                            + " are, instead of writing NULL.");

    private static final ConfigOption<Integer> BATCH_ENTRIES =
            number("sink.batch.max-entries", "Most rows in a request.");
    private static final ConfigOption<MemorySize> BATCH_BYTES =
            size("sink.batch.max-bytes", "Most bytes in a request.");
    private static final ConfigOption<MemorySize> RECORD_BYTES = size("sink.record.max-bytes", "Most bytes of a row.");
    private static final ConfigOption<Duration> LINGER =
            time("sink.batch.linger", "Longest time a row waits for its batch to fill.");
    private static final ConfigOption<Integer> IN_FLIGHT =
            number("sink.in-flight", "Most requests at a time, for each subtask.");
    private static final ConfigOption<Integer> BUFFER_ENTRIES =
            number("sink.buffer.max-entries", "Most rows held, waiting or in flight.");
    private static final ConfigOption<MemorySize> BUFFER_BYTES = size("sink.buffer.max-bytes", "Most bytes held.");
    private static final ConfigOption<Duration> FLUSH_BUDGET =
            time("sink.flush-budget", "How long a checkpoint may wait for the sink; turns the adaptive window on.");
    private static final ConfigOption<Duration> REQUEST_TIMEOUT =
            time("sink.request-timeout", "Longest time of a request.");
    private static final ConfigOption<Integer> RETRY_ATTEMPTS =
            number("sink.retry.max-attempts", "Attempts for a row, the first included.");
    private static final ConfigOption<Duration> RETRY_INITIAL =
            time("sink.retry.initial-delay", "Upper bound of the first delay between attempts.");
    private static final ConfigOption<Duration> RETRY_MAX =
            time("sink.retry.max-delay", "Upper bound of any delay between attempts.");
    private static final ConfigOption<String> LETTERS_PATH = text("sink.dead-letters.path")
            .withDescription("Folder for rows that the destination will never accept, as JSON lines with their reason;"
                    + " without it the first one fails the job.");
    private static final ConfigOption<Double> LETTERS_SHARE = ConfigOptions.key("sink.dead-letters.share")
            .doubleType()
            .defaultValue(1.0)
            .withDescription("Most dead letters as a part of all rows; more fail the job.");
    private static final ConfigOption<Duration> LETTERS_WINDOW = ConfigOptions.key("sink.dead-letters.window")
            .durationType()
            .defaultValue(Duration.ofMinutes(10))
            .withDescription("Time over which dead letters are counted.");

    /** Of Flink's asynchronous sinks: their own word for a single attempt. */
    private static final ConfigOption<Boolean> FAIL_ON_ERROR = ConfigOptions.key("sink.fail-on-error")
            .booleanType()
            .defaultValue(false)
            .withDescription("Whether the first failure of a request fails the job: sink.retry.max-attempts = 1.");

    private static final List<ConfigOption<?>> ALL = List.of(
            BATCH_ENTRIES,
            BATCH_BYTES,
            RECORD_BYTES,
            LINGER,
            IN_FLIGHT,
            BUFFER_ENTRIES,
            BUFFER_BYTES,
            FLUSH_BUDGET,
            REQUEST_TIMEOUT,
            RETRY_ATTEMPTS,
            RETRY_INITIAL,
            RETRY_MAX,
            LETTERS_PATH,
            LETTERS_SHARE,
            LETTERS_WINDOW);

    private final Map<String, ConfigOption<?>> options;

    private SinkTableKeys(Map<String, ConfigOption<?>> options) {
        this.options = options;
    }

    /**
     * The options with more names for some: {@code known} maps the kit's name to what users of an official connector
     * write where it means the same.
     */
    public static SinkTableKeys of(Map<String, String> known) {
        Map<String, ConfigOption<?>> options = new LinkedHashMap<>();
        for (ConfigOption<?> option : ALL) {
            String name = known.get(option.key());
            options.put(option.key(), name == null ? option : option.withFallbackKeys(name));
        }
        if (!options.keySet().containsAll(known.keySet())) {
            throw new IllegalArgumentException("names must be of " + options.keySet() + ", got " + known.keySet());
        }
        return new SinkTableKeys(options);
    }

    /** The names that Flink's asynchronous sinks have: Kinesis, Firehose, DynamoDB. */
    public static SinkTableKeys ofAsyncSinks() {
        SinkTableKeys keys = of(Map.of(
                BATCH_ENTRIES.key(), "sink.batch.max-size",
                IN_FLIGHT.key(), "sink.requests.max-inflight",
                BUFFER_ENTRIES.key(), "sink.requests.max-buffered",
                BATCH_BYTES.key(), "sink.flush-buffer.size",
                LINGER.key(), "sink.flush-buffer.timeout"));
        keys.options.put(FAIL_ON_ERROR.key(), FAIL_ON_ERROR);
        return keys;
    }

    /** All of them, for {@code optionalOptions()}: version column, delete mode and parallelism included. */
    public Set<ConfigOption<?>> all() {
        Set<ConfigOption<?>> all = new LinkedHashSet<>(options.values());
        all.add(VERSION_COLUMN);
        all.add(DELETE_MODE);
        all.add(FactoryUtil.SINK_PARALLELISM);
        return all;
    }

    /** What was set over {@code preset}; the buffer follows batch and in-flight unless it is set. */
    public SinkOptions read(TableOptions table, SinkTuning preset) {
        List<String> problems = new ArrayList<>();
        SinkOptions defaults = SinkOptions.defaults();
        RetryPolicy retry = collect(problems, defaults.retry(), () -> retry(table, defaults.retry()));
        SinkTuning tuning = collect(problems, preset, () -> tuning(table, preset));
        SinkOptions read = collect(problems, defaults, () -> defaults.withTuning(tuning)
                .withRetry(retry)
                .withRequestTimeout(value(table, REQUEST_TIMEOUT, defaults.requestTimeout())));
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        return read;
    }

    private RetryPolicy retry(TableOptions table, RetryPolicy defaults) {
        boolean once = options.containsKey(FAIL_ON_ERROR.key()) && table.get(FAIL_ON_ERROR);
        if (once) {
            checkOnce(table);
        }
        try {
            return new RetryPolicy(
                    once ? 1 : value(table, RETRY_ATTEMPTS, defaults.maxAttempts()),
                    value(table, RETRY_INITIAL, defaults.initialDelay()),
                    value(table, RETRY_MAX, defaults.maxDelay()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("sink." + e.getMessage(), e);
        }
    }

    private void checkOnce(TableOptions table) {
        for (ConfigOption<?> other : List.of(RETRY_ATTEMPTS, LETTERS_PATH)) {
            if (table.find(option(other)).isPresent()) {
                throw new IllegalArgumentException(FAIL_ON_ERROR.key() + " must not be true together with "
                        + other.key() + ", which says what else becomes of a failure; leave one of them out");
            }
        }
    }

    private SinkTuning tuning(TableOptions table, SinkTuning preset) {
        int entries = value(table, BATCH_ENTRIES, preset.batchEntries());
        int inFlight = value(table, IN_FLIGHT, preset.inFlight());
        boolean sameWindow = entries == preset.batchEntries() && inFlight == preset.inFlight();
        long follows = sameWindow ? preset.bufferedEntries() : Math.min(Integer.MAX_VALUE, 2L * entries * inFlight);
        MemorySize batchBytes = value(table, BATCH_BYTES, preset.batchBytes());
        MemorySize buffer = preset.bufferedBytes().compareTo(batchBytes) < 0 ? batchBytes : preset.bufferedBytes();
        MemorySize record = preset.recordBytes().compareTo(batchBytes) > 0 ? batchBytes : preset.recordBytes();
        return new SinkTuning(
                entries,
                batchBytes,
                value(table, RECORD_BYTES, record),
                inFlight,
                value(table, BUFFER_ENTRIES, (int) Math.max(1, follows)),
                value(table, BUFFER_BYTES, buffer),
                value(table, LINGER, preset.linger()),
                table.orNull(option(FLUSH_BUDGET)),
                preset.caps());
    }

    /** {@code sink} with dead letters where the table asks for them. */
    public Sink<RowData> withDeadLetters(TableOptions table, BatchSink<RowData> sink) {
        String path = table.orNull(option(LETTERS_PATH));
        return path == null
                ? sink
                : sink.deadLettersTo(
                        DeadLetterFiles.sink(path),
                        DeadLetterBudget.of(table.get(option(LETTERS_SHARE)), table.get(option(LETTERS_WINDOW))));
    }

    /** The parallelism that the table asks for. */
    public static @Nullable Integer parallelism(TableOptions table) {
        return table.orNull(FactoryUtil.SINK_PARALLELISM);
    }

    private <T> T value(TableOptions table, ConfigOption<T> option, T otherwise) {
        return table.find(option(option)).orElse(otherwise);
    }

    @SuppressWarnings("unchecked") // Stored under its own key.
    private <T> ConfigOption<T> option(ConfigOption<T> option) {
        return (ConfigOption<T>) Objects.requireNonNull(options.get(option.key()));
    }

    private static <T> T collect(List<String> problems, T otherwise, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            problems.add(e.getMessage());
            return otherwise;
        }
    }

    private static ConfigOption<String> text(String key) {
        return ConfigOptions.key(key).stringType().noDefaultValue();
    }

    private static ConfigOption<Integer> number(String key, String description) {
        return ConfigOptions.key(key).intType().noDefaultValue().withDescription(description);
    }

    private static ConfigOption<MemorySize> size(String key, String description) {
        return ConfigOptions.key(key).memoryType().noDefaultValue().withDescription(description);
    }

    private static ConfigOption<Duration> time(String key, String description) {
        return ConfigOptions.key(key).durationType().noDefaultValue().withDescription(description);
    }
}
