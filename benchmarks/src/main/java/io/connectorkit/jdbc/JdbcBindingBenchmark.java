package io.connectorkit.jdbc;

import io.connectorkit.benchmarks.contest.Against;
import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

/**
 * 1,000 changes as the column arrays of one PostgreSQL statement (id, text, number, version), without a driver; beside
 * the same arrays filled by hand for that one table.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@Against(value = "BY_HAND", param = "by")
public class JdbcBindingBenchmark {

    private static final int ROWS = 1_000;

    /** Who fills the arrays. */
    public enum By {
        BY_HAND,
        KIT
    }

    @Param
    public By by;

    private final TargetTable<PostgresColumn> table = new TargetTable<>(
            "public.orders",
            List.of(column("id", "bigint", "int8")),
            List.of(column("status", "text", "text"), column("amount", "double precision", "float8")),
            column("version", "bigint", "int8"),
            null);
    private final List<Change<Object[]>> changes = new ArrayList<>();

    private static PostgresColumn column(String name, String cast, String type) {
        return new PostgresColumn(name, cast, type, false, false, null, false);
    }

    @Setup
    public void make() {
        for (int i = 0; i < ROWS; i++) {
            Object[] row = {"status-" + i, i * 0.5};
            changes.add(new Change.Upsert<>(ChangeKey.of((long) i), ChangeVersion.of(i + 1), row));
        }
    }

    @Benchmark
    public Object columns() {
        if (by == By.KIT) {
            PostgresRows rows = new PostgresRows(table, true, ROWS);
            for (int i = 0; i < ROWS; i++) {
                rows.add(changes.get(i), i);
            }
            return rows;
        }
        Long[] ids = new Long[ROWS];
        String[] statuses = new String[ROWS];
        Double[] amounts = new Double[ROWS];
        Long[] versions = new Long[ROWS];
        for (int i = 0; i < ROWS; i++) {
            Change.Upsert<Object[]> change = (Change.Upsert<Object[]>) changes.get(i);
            ids[i] = (Long) change.key().part(0);
            statuses[i] = (String) change.payload()[0];
            amounts[i] = (Double) change.payload()[1];
            versions[i] = change.version().longValue();
        }
        return new Object[] {ids, statuses, amounts, versions};
    }
}
