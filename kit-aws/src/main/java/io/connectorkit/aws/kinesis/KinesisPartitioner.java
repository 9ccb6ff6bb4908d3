package io.connectorkit.aws.kinesis;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.sink.Changes;
import io.connectorkit.table.RowLayout;
import io.connectorkit.table.TableOptions;
import java.io.Serializable;
import java.util.Locale;
import java.util.function.Function;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/**
 * What a SQL table's rows are spread over the shards by: {@code sink.partitioner} and {@code
 * sink.partitioner-field-delimiter}, as the official connector has them.
 *
 * @param delimiter what joins the columns of PARTITIONED BY; null for the key's own text, in which no two keys are alike
 * @param function of the user's, from a row to its partition key; null without
 */
record KinesisPartitioner(
        KinesisPartitioning partitioning,
        @Nullable String delimiter,
        @Nullable Function<RowData, String> function,
        boolean together) {

    static final ConfigOption<String> PARTITIONER = ConfigOptions.key("sink.partitioner")
            .stringType()
            .noDefaultValue()
            .withDescription("fixed (one shard for each subtask), random, or a class that makes the partition key of a"
                    + " row: a serializable java.util.function.Function of RowData to String.");
    static final ConfigOption<String> DELIMITER = ConfigOptions.key("sink.partitioner-field-delimiter")
            .stringType()
            .noDefaultValue()
            .withDescription("Joins the columns of PARTITIONED BY to a partition key; without it strings that could be"
                    + " mistaken for one another are quoted.");

    private static final String FIXED = "fixed";
    private static final String RANDOM = "random";

    /**
     * Reads both options; throws with what does not go with the table's keys.
     *
     * @param aggregated whether records of one key travel together, and so in their order
     */
    static KinesisPartitioner read(TableOptions options, RowLayout layout, boolean aggregated, ClassLoader loader) {
        String name = options.orNull(PARTITIONER);
        String delimiter = options.orNull(DELIMITER);
        if (name != null && (layout.hasPrimaryKey() || !layout.partitionKeys().isEmpty())) {
            throw new IllegalArgumentException(PARTITIONER.key() + " must be left out of a table with a PRIMARY KEY or"
                    + " PARTITIONED BY, which is its partition key, got '" + name + "'");
        }
        if (delimiter != null
                && (layout.hasPrimaryKey() || layout.partitionKeys().isEmpty())) {
            throw new IllegalArgumentException(DELIMITER.key() + " must be set with PARTITIONED BY only (and without a"
                    + " PRIMARY KEY), got '" + delimiter + "'");
        }
        if (name == null || name.toLowerCase(Locale.ROOT).equals(RANDOM)) {
            return new KinesisPartitioner(KinesisPartitioning.KEY, delimiter, null, false);
        } else if (name.toLowerCase(Locale.ROOT).equals(FIXED)) {
            return new KinesisPartitioner(KinesisPartitioning.SUBTASK, null, null, aggregated);
        }
        return new KinesisPartitioner(KinesisPartitioning.KEY, null, function(name, loader), false);
    }

    @SuppressWarnings("unchecked") // What it takes and makes shows with the first row.
    private static Function<RowData, String> function(String name, ClassLoader loader) {
        Object made;
        try {
            made = Class.forName(name, true, loader).getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new IllegalArgumentException(
                    PARTITIONER.key() + " must be fixed, random or a class with a public constructor without arguments,"
                            + " got '" + name + "' (" + e + ")",
                    e);
        }
        if (made instanceof Function<?, ?> function && made instanceof Serializable) {
            return (Function<RowData, String>) function;
        }
        throw new IllegalArgumentException(PARTITIONER.key() + " must be a serializable java.util.function.Function of"
                + " RowData to String, got " + name);
    }

    /** The same rows under the key that this partitioner makes; rows of one partition key stay in order. */
    <P> Changes<RowData, P> keyed(Changes<RowData, P> rows) {
        Function<RowData, String> named = function;
        String between = delimiter;
        if (named != null) {
            return rows.withKey((row, key) -> ChangeKey.of(named.apply(row)));
        } else if (between != null) {
            return rows.withKey((row, key) -> ChangeKey.of(joined(key, between)));
        } else if (together) {
            return rows.withKey((row, key) -> ChangeKey.of("subtask"));
        }
        return rows;
    }

    private static String joined(ChangeKey key, String delimiter) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < key.size(); i++) {
            text.append(i == 0 ? "" : delimiter);
            Object part = key.part(i);
            text.append(part instanceof byte[] ? ChangeKey.of(part).text() : part);
        }
        return text.toString();
    }
}
