package io.connectorkit.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.failure.RetryPolicy;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.core.io.InputStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where a reader stops and goes on. */
class JdbcReaderTest {

    private static final JdbcScan SCAN = JdbcScan.of("scanned", "id").withPartitions("part", 1);

    private TestDatabase database;

    /** Ids 0 to 29; part is id / 10, so that every value is there ten times. */
    @BeforeEach
    void fill() throws Exception {
        database = TestDatabase.h2();
        database.create("scanned", "\"id\" integer PRIMARY KEY, \"part\" integer");
        database.execute("INSERT INTO \"scanned\" SELECT x - 1, (x - 1) / 10 FROM SYSTEM_RANGE(1, 30)");
    }

    private JdbcReader<Integer> reader(JdbcScan scan, JdbcLookupMapper<Integer> mapper, int chunk) {
        RetryPolicy retry =
                RetryPolicy.defaults().withMaxAttempts(4).withDelays(Duration.ofMillis(1), Duration.ofMillis(1));
        JdbcReader<Integer> reader = new JdbcReader<>(
                0, () -> {}, new JdbcCursor<>(new JdbcScanQuery(database.options(), scan), mapper, retry), chunk);
        reader.start();
        return reader;
    }

    private static List<Integer> emitted(JdbcReader<Integer> reader, int most) throws Exception {
        Emitted output = new Emitted();
        InputStatus status = InputStatus.MORE_AVAILABLE;
        while (status != InputStatus.END_OF_INPUT && output.records.size() < most) {
            if (status == InputStatus.NOTHING_AVAILABLE) {
                reader.isAvailable().get(30, TimeUnit.SECONDS);
            }
            status = reader.pollNext(output);
        }
        return output.records;
    }

    /** Keeps what was emitted. */
    private static final class Emitted implements ReaderOutput<Integer> {

        private final List<Integer> records = new ArrayList<>();

        @Override
        public void collect(Integer record) {
            records.add(record);
        }

        @Override
        public void collect(Integer record, long timestamp) {
            records.add(record);
        }

        @Override
        public void emitWatermark(Watermark watermark) {}

        @Override
        public void markIdle() {}

        @Override
        public void markActive() {}

        @Override
        public SourceOutput<Integer> createOutputForSplit(String splitId) {
            return this;
        }

        @Override
        public void releaseOutputForSplit(String splitId) {}
    }

    private static JdbcSplit range() {
        return new JdbcSplit(0, JdbcSplit.Rows.RANGE, null, null, null, 0);
    }

    @Test
    void goesOnExactlyWhereACheckpointWasWhereverThatIs() throws Exception {
        for (JdbcSplit whole : List.of(range(), JdbcSplit.all())) {
            for (int before = 0; before <= 30; before++) {
                List<Integer> all = new ArrayList<>();
                List<JdbcSplit> state;
                try (JdbcReader<Integer> first = reader(SCAN, row -> row.getInt(1), 4)) {
                    first.addSplits(List.of(whole));
                    all.addAll(emitted(first, before));
                    state = new ArrayList<>();
                    JdbcSplitCodec codec = new JdbcSplitCodec();
                    for (JdbcSplit split : first.snapshotState(1)) {
                        state.add(codec.deserialize(1, codec.serialize(split)));
                    }
                }
                try (JdbcReader<Integer> second = reader(SCAN, row -> row.getInt(1), 4)) {
                    second.addSplits(state);
                    second.notifyNoMoreSplits();
                    all.addAll(emitted(second, 100));
                }
                assertThat(all)
                        .as("%s after %d rows", whole.rows(), before)
                        .hasSize(30)
                        .doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void opensALostConnectionAgainBehindTheLastRow() throws Exception {
        AtomicInteger rows = new AtomicInteger();
        JdbcLookupMapper<Integer> losing = new Losing(rows);
        try (JdbcReader<Integer> reader = reader(SCAN, losing, 4)) {
            reader.addSplits(List.of(range()));
            reader.notifyNoMoreSplits();

            assertThat(emitted(reader, 100)).hasSize(30).doesNotHaveDuplicates();
        }
        assertThat(rows.get()).as("rows read").isGreaterThan(30);
    }

    /** Every seventh row of all is the last of its connection. */
    private record Losing(AtomicInteger rows) implements JdbcLookupMapper<Integer> {
        @Override
        public Integer map(ResultSet row) throws SQLException {
            if (rows.incrementAndGet() % 7 == 0) {
                throw new SQLException("lost", "08006");
            }
            return row.getInt(1);
        }
    }

    @Test
    void givesUpWhenItsAttemptsAreUsedUpAndSaysWhichTable() throws Exception {
        try (JdbcReader<Integer> reader = reader(SCAN, row -> lost(), 4)) {
            reader.addSplits(List.of(range()));

            assertThatThrownBy(() -> emitted(reader, 100))
                    .hasMessage("Reading table 'scanned' failed (attempt 4 of 4): 08006: lost");
        }
    }

    private static Integer lost() throws SQLException {
        throw new SQLException("lost", "08006");
    }

    @Test
    void withholdsWhatAMapperSaysOfARow() throws Exception {
        try (JdbcReader<Integer> reader = reader(SCAN, row -> Integer.valueOf("s3cret"), 4)) {
            reader.addSplits(List.of(range()));

            assertThatThrownBy(() -> emitted(reader, 100))
                    .hasMessage("the mapper failed on a row of table 'scanned': java.lang.NumberFormatException");
        }
    }

    @Test
    void dividesTheRangeOfAColumnEvenly() {
        assertThat(JdbcScan.Partition.cuts(BigDecimal.ZERO, BigDecimal.valueOf(99), 4))
                .containsExactly(BigDecimal.valueOf(25), BigDecimal.valueOf(50), BigDecimal.valueOf(75));
        assertThat(JdbcScan.Partition.cuts(BigDecimal.ONE, BigDecimal.valueOf(2), 9))
                .containsExactly(BigDecimal.valueOf(2));
        assertThat(JdbcScan.Partition.cuts(BigDecimal.TEN, BigDecimal.TEN, 3)).isEmpty();
    }

    @Test
    void refusesBoundsThatAreNone() {
        assertThatThrownBy(() -> new JdbcScan.Partition("id", 0, 5L, 4L))
                .hasMessage("scan.partition.num must be at least 1, got 0\n"
                        + "scan.partition.lower-bound must be at most scan.partition.upper-bound (4), got 5");
        assertThatThrownBy(() -> new JdbcScan.Partition("id", 1, 5L, null))
                .hasMessage(
                        "scan.partition.lower-bound and scan.partition.upper-bound must be set both or neither, got 5"
                                + " and null");
    }
}
