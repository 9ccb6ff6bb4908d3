package io.connectorkit.benchmarks;

import io.connectorkit.benchmarks.contest.Against;
import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.sink.Changes;
import io.connectorkit.table.RowLayout;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.types.RowKind;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A SQL row as a change: key of two columns, version, kind; beside the same written by hand for that one table. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@Against(value = "BY_HAND", param = "by")
public class RowBenchmark {

    private static final int MASK = 1_023;

    /** Who reads the row. */
    public enum By {
        BY_HAND,
        KIT
    }

    @Param
    public By by;

    private final RowData[] rows = new RowData[MASK + 1];
    private Changes<RowData, RowData> changes;
    private int next;

    @Setup
    public void make() {
        RowLayout layout = new RowLayout(
                DataTypes.ROW(
                        DataTypes.FIELD("customer", DataTypes.STRING().notNull()),
                        DataTypes.FIELD("id", DataTypes.BIGINT().notNull()),
                        DataTypes.FIELD("updated", DataTypes.BIGINT()),
                        DataTypes.FIELD("amount", DataTypes.DOUBLE())),
                List.of("customer", "id"),
                List.of());
        changes = layout.changes(row -> row, "updated");
        for (int i = 0; i <= MASK; i++) {
            rows[i] = GenericRowData.ofKind(
                    RowKind.INSERT, StringData.fromString("customer-" + i), (long) i, 1_000L + i, i / 8.0);
        }
    }

    @Benchmark
    public Change<RowData> rowToChange() throws Exception {
        RowData row = rows[next++ & MASK];
        if (by == By.KIT) {
            return changes.read(row);
        }
        ChangeKey key = ChangeKey.of(row.getString(0).toString(), row.getLong(1));
        ChangeVersion version = ChangeVersion.of(row.getLong(2));
        return row.getRowKind() == RowKind.DELETE
                ? new Change.Delete<>(key, version)
                : new Change.Upsert<>(key, version, row);
    }
}
