package io.connectorkit.aws.shard;

import io.connectorkit.table.TableOptions;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.table.factories.FactoryUtil;
import org.jspecify.annotations.Nullable;

/** The options that every SQL table over a stream of shards has. */
public final class ShardTableKeys {

    /** Where reading starts, as the official Kinesis table names it. */
    enum Init {
        LATEST,
        TRIM_HORIZON,
        AT_TIMESTAMP
    }

    /** Where reading stops. */
    enum Stop {
        NEVER,
        LATEST,
        AT_TIMESTAMP
    }

    private static final ConfigOption<Init> INIT = ConfigOptions.key("source.init.position")
            .enumType(Init.class)
            .defaultValue(Init.LATEST)
            .withDescription("Where a job without state starts.");
    private static final ConfigOption<String> INIT_TIME = ConfigOptions.key("source.init.timestamp")
            .stringType()
            .noDefaultValue()
            .withDescription("With AT_TIMESTAMP: as 2026-01-31T12:00:00Z, with any offset, or in seconds since 1970.");
    private static final ConfigOption<Stop> STOP = ConfigOptions.key("source.stop.position")
            .enumType(Stop.class)
            .defaultValue(Stop.NEVER)
            .withDescription("Where reading stops: LATEST at what is there when the job starts.");
    private static final ConfigOption<String> STOP_TIME = ConfigOptions.key("source.stop.timestamp")
            .stringType()
            .noDefaultValue()
            .withDescription("With AT_TIMESTAMP: the first moment that is not read.");
    private static final ConfigOption<Duration> DISCOVERY = ConfigOptions.key("source.discovery-interval")
            .durationType()
            .noDefaultValue()
            .withFallbackKeys("source.shard.discovery.interval")
            .withDescription("Time between two listings of the shards.");
    private static final ConfigOption<Duration> MIN_DELAY = ConfigOptions.key("source.poll.min-delay")
            .durationType()
            .noDefaultValue()
            .withDescription("Pause after a page that was not full.");
    private static final ConfigOption<Duration> MAX_DELAY = ConfigOptions.key("source.poll.max-delay")
            .durationType()
            .noDefaultValue()
            .withDescription("Longest pause of an idle shard.");
    private static final ConfigOption<Integer> PAGE = ConfigOptions.key("source.page-size")
            .intType()
            .noDefaultValue()
            .withFallbackKeys("source.shard.get-records.max-record-count")
            .withDescription("Most records in a request.");
    private static final ConfigOption<Integer> BUFFER = ConfigOptions.key("source.buffer.max-records")
            .intType()
            .noDefaultValue()
            .withDescription("Records held by a subtask beyond which no shard asks for more.");
    private static final ConfigOption<OnGap> ON_GAP = ConfigOptions.key("source.on-gap")
            .enumType(OnGap.class)
            .defaultValue(OnGap.FAIL)
            .withDescription("What happens when records were trimmed before they were read: FAIL or CONTINUE.");

    private ShardTableKeys() {}

    /** For {@code optionalOptions()}. */
    public static Set<ConfigOption<?>> all() {
        return new LinkedHashSet<>(List.of(
                INIT,
                INIT_TIME,
                STOP,
                STOP_TIME,
                DISCOVERY,
                MIN_DELAY,
                MAX_DELAY,
                PAGE,
                BUFFER,
                ON_GAP,
                FactoryUtil.SOURCE_PARALLELISM));
    }

    /** What was set over the defaults. */
    public static ShardSourceOptions read(TableOptions table) {
        return read(table, ShardSourceOptions.defaults());
    }

    /** What was set over a connector's own defaults. */
    public static ShardSourceOptions read(TableOptions table, ShardSourceOptions defaults) {
        List<String> problems = new ArrayList<>();
        if (table.get(ON_GAP) == OnGap.EMIT_EVENT) {
            problems.add("source.on-gap must be FAIL or CONTINUE in SQL, got EMIT_EVENT; a row cannot say that rows are"
                    + " missing, so read the stream with the DataStream API for that");
        }
        StartPosition start = collect(problems, defaults.start(), () -> start(table));
        StopPosition stop = collect(problems, defaults.stop(), () -> stop(table));
        ShardSourceOptions read = collect(
                problems,
                defaults,
                () -> new ShardSourceOptions(
                        start,
                        stop,
                        table.find(DISCOVERY).orElse(defaults.discoveryInterval()),
                        table.find(MIN_DELAY).orElse(defaults.minPollDelay()),
                        table.find(MAX_DELAY).orElse(defaults.maxPollDelay()),
                        table.find(PAGE).orElse(defaults.pageRecords()),
                        table.find(BUFFER).orElse(defaults.bufferedRecords()),
                        table.get(ON_GAP),
                        defaults.retry()));
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        return read;
    }

    /** How many subtasks read; null for the job's own number. */
    public static @Nullable Integer parallelism(TableOptions table) {
        return table.orNull(FactoryUtil.SOURCE_PARALLELISM);
    }

    private static <T> T collect(List<String> problems, T otherwise, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            problems.add(Objects.toString(e.getMessage()));
            return otherwise;
        }
    }

    private static StartPosition start(TableOptions table) {
        Instant time = time(table, INIT_TIME, table.get(INIT) == Init.AT_TIMESTAMP, INIT);
        return switch (table.get(INIT)) {
            case LATEST -> StartPosition.LATEST;
            case TRIM_HORIZON -> StartPosition.TRIM_HORIZON;
            case AT_TIMESTAMP -> StartPosition.at(Objects.requireNonNull(time));
        };
    }

    private static StopPosition stop(TableOptions table) {
        Instant time = time(table, STOP_TIME, table.get(STOP) == Stop.AT_TIMESTAMP, STOP);
        return switch (table.get(STOP)) {
            case NEVER -> StopPosition.NEVER;
            case LATEST -> StopPosition.LATEST;
            case AT_TIMESTAMP -> StopPosition.at(Objects.requireNonNull(time));
        };
    }

    private static @Nullable Instant time(
            TableOptions table, ConfigOption<String> option, boolean wanted, ConfigOption<?> position) {
        String text = table.orNull(option);
        if (wanted != (text != null)) {
            throw new IllegalArgumentException(option.key() + " must be set with " + position.key()
                    + " = AT_TIMESTAMP and only then, got " + (text == null ? "none" : "'" + text + "'"));
        }
        return text == null ? null : parse(option, text);
    }

    private static Instant parse(ConfigOption<String> option, String text) {
        try {
            if (text.matches("[0-9]+(\\.[0-9]{1,3})?")) {
                return Instant.ofEpochMilli(
                        new BigDecimal(text).movePointRight(3).longValueExact());
            }
            return OffsetDateTime.parse(text.toUpperCase(Locale.ROOT)).toInstant();
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    option.key()
                            + " must be a time with its offset as 2026-01-31T12:00:00Z, or seconds since 1970, got '"
                            + text + "'",
                    e);
        }
    }
}
