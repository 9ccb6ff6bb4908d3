package io.connectorkit.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The source inside a Flink job, against real servers. */
class JdbcSourceIT {

    @RegisterExtension
    static final MiniClusterExtension FLINK = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(4)
            .build());

    static TestDatabase database(String name) throws Exception {
        return switch (name) {
            case "postgres" -> TestDatabase.postgres();
            case "mariadb" -> TestDatabase.mariaDb();
            case "mysql" -> TestDatabase.mySql();
            case "sqlite" -> TestDatabase.sqlite();
            default -> TestDatabase.h2();
        };
    }

    /** Rows -5 to 104, values 0 to 9 repeated and every eleventh without one. */
    private static void fill(TestDatabase database) throws Exception {
        String id = database.quoted("id");
        String part = database.quoted("part");
        database.create("scanned", id + " integer NOT NULL PRIMARY KEY, " + part + " integer, v varchar(10)");
        StringBuilder rows = new StringBuilder();
        for (int i = -5; i < 105; i++) {
            rows.append(rows.isEmpty() ? "" : ", ")
                    .append("(" + i + ", " + (i % 11 == 0 ? "NULL" : String.valueOf(Math.floorMod(i, 10))) + ", 'v')");
        }
        database.execute("INSERT INTO " + database.quoted("scanned") + " VALUES " + rows);
    }

    private static List<Integer> read(TestDatabase database, JdbcScan scan) throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.setParallelism(3);
        JdbcSource<Integer> source =
                JdbcSource.of(database.options(), scan.withFetchSize(7), row -> row.getInt("id"), Types.INT);
        List<Integer> read = new ArrayList<>();
        try (CloseableIterator<Integer> rows =
                env.fromSource(source, WatermarkStrategy.noWatermarks(), "rows").executeAndCollect()) {
            rows.forEachRemaining(read::add);
        }
        return read.stream().sorted().toList();
    }

    private static List<Integer> ids() {
        return Stream.iterate(-5, i -> i + 1).limit(110).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "mariadb", "mysql", "sqlite", "h2"})
    void readsEveryRowOnceWithRowsOutsideTheBoundsAndWithoutAValue(String name) throws Exception {
        TestDatabase database = database(name);
        fill(database);
        JdbcScan scan = JdbcScan.of("scanned", "id");

        assertThat(read(database, scan)).as("in one piece").isEqualTo(ids());
        assertThat(read(database, scan.withPartitions("id", 4))).isEqualTo(ids());
        assertThat(read(database, scan.withPartitions("part", 4)))
                .as("repeated and missing values")
                .isEqualTo(ids());
        assertThat(read(database, scan.withPartition(new JdbcScan.Partition("id", 5, 20L, 40L))))
                .as("bounds divide, they do not filter")
                .isEqualTo(ids());
        assertThat(read(database, scan.withPartitions("part", 50)))
                .as("more ranges than values")
                .isEqualTo(ids());
        assertThat(read(
                        database,
                        scan.withPartitions("id", 3).withCondition(database.quoted("id") + " BETWEEN ? AND ?", 10, 12)))
                .containsExactly(10, 11, 12);
        assertThat(read(database, scan.withPartitions("id", 3).withLimit(9))).hasSize(9);
    }

    @Test
    void readsAnEmptyTable() throws Exception {
        TestDatabase database = TestDatabase.h2();
        database.create("scanned", "\"id\" integer PRIMARY KEY");

        assertThat(read(database, JdbcScan.of("scanned", "id").withPartitions("id", 4)))
                .isEmpty();
    }

    @Test
    void saysWhichColumnCannotDivideTheTable() throws Exception {
        TestDatabase database = TestDatabase.postgres();
        fill(database);

        assertThatThrownBy(() -> read(database, JdbcScan.of("scanned", "id").withPartitions("v", 4)))
                .hasStackTraceContaining("scan.partition.column must be a numeric column of table 'scanned', got 'v'");
    }
}
