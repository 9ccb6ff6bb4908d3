package io.connectorkit.table;

import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.SinkV2Provider;
import org.apache.flink.table.connector.sink.abilities.SupportsPartitioning;
import org.apache.flink.table.connector.sink.abilities.SupportsTargetColumnWriting;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/** The table sink of every connector: a {@link Sink} of rows and the changelog it takes. */
public final class SinkTable implements DynamicTableSink, SupportsPartitioning, SupportsTargetColumnWriting {

    /** Which rows a table takes. */
    public enum Takes {
        /** Inserts only: a query that updates is refused by the planner. */
        APPEND,
        /** A changelog by primary key whose deletes need no more than the key. */
        UPSERT,
        /** A changelog by primary key whose deletes need all columns: the version is one of them. */
        UPSERT_WITH_FULL_DELETES;

        /** What a table with this layout takes. */
        public static Takes of(RowLayout layout, @Nullable String versionColumn) {
            if (!layout.hasPrimaryKey()) {
                return APPEND;
            }
            return versionColumn == null ? UPSERT : UPSERT_WITH_FULL_DELETES;
        }

        private ChangelogMode mode() {
            return switch (this) {
                case APPEND -> ChangelogMode.insertOnly();
                case UPSERT -> ChangelogMode.upsert(true);
                case UPSERT_WITH_FULL_DELETES -> ChangelogMode.upsert(false);
            };
        }
    }

    /** Makes the sink when the plan is translated; formats are created there. */
    @FunctionalInterface
    public interface Plan {
        Sink<RowData> sink(DynamicTableSink.Context context);
    }

    private final String summary;
    private final Takes takes;
    private final @Nullable Integer parallelism;
    private final Plan plan;

    /**
     * A table sink.
     *
     * @param summary for plans: {@code Elasticsearch index 'orders'}; no secrets
     * @param parallelism null leaves it to the planner
     */
    public SinkTable(String summary, Takes takes, @Nullable Integer parallelism, Plan plan) {
        this.summary = Objects.requireNonNull(summary, "summary");
        this.takes = Objects.requireNonNull(takes, "takes");
        this.parallelism = parallelism;
        this.plan = Objects.requireNonNull(plan, "plan");
    }

    @Override
    public ChangelogMode getChangelogMode(ChangelogMode requested) {
        return takes.mode();
    }

    @Override
    public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
        return SinkV2Provider.of(plan.sink(context), parallelism);
    }

    /** Static partitions are columns of the rows too: nothing is left to do. */
    @Override
    public void applyStaticPartition(Map<String, String> partition) {}

    /**
     * The plan reads them off its context ({@link NamedColumns}). Said yes to, so that Flink never makes one sink of
     * statements that name different columns.
     */
    @Override
    public boolean applyTargetColumns(int[][] targetColumns) {
        return true;
    }

    @Override
    public DynamicTableSink copy() {
        return this;
    }

    @Override
    public String asSummaryString() {
        return summary;
    }
}
