package io.connectorkit.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.DeadLetter;
import io.connectorkit.sink.Changes;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The sink inside a Flink job, against the real server. */
class JdbcSinkJobIT {

    private static final Queue<DeadLetter> LETTERS = new ConcurrentLinkedQueue<>();
    private static final JdbcTable TABLE =
            JdbcTable.of("t", "id").withValues("v").withVersion("ver");

    private static PostgresServer server;

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    /** Keeps letters where the test can see them. */
    private static final class Letters implements Sink<DeadLetter> {
        private static final long serialVersionUID = 1L;

        @Override
        public SinkWriter<DeadLetter> createWriter(WriterInitContext context) {
            return new SinkWriter<>() {
                @Override
                public void write(DeadLetter letter, Context ignored) {
                    LETTERS.add(letter);
                }

                @Override
                public void flush(boolean endOfInput) {}

                @Override
                public void close() {}
            };
        }
    }

    private static <T> void run(List<T> records, TypeInformation<T> type, Sink<T> sink) throws Exception {
        try (StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(2)) {
            env.fromData(records, type).rebalance().sinkTo(sink);
            env.execute();
        }
    }

    @Test
    void writesTheNeighboursOfBadRecordsAndReplaysThoseOnceMended() throws Exception {
        server.execute("CREATE TABLE t (id bigint PRIMARY KEY, v text CONSTRAINT valid CHECK (v NOT LIKE 's3%'), ver"
                + " bigint NOT NULL)");
        Changes<Tuple3<Long, String, Long>, Object[]> changes = Changes.<Tuple3<Long, String, Long>, Object[]>of(
                        row -> ChangeKey.of(row.f0), row -> new Object[] {row.f1})
                .withVersion(row -> ChangeVersion.of(row.f2));
        List<Tuple3<Long, String, Long>> rows = new ArrayList<>();
        for (long id = 0; id < 1_000; id++) {
            rows.add(Tuple3.of(id, id % 100 == 7 ? "s3" : id == 500 ? "\0" : "fine", 1L));
        }

        run(
                rows,
                Types.TUPLE(Types.LONG, Types.STRING, Types.LONG),
                JdbcSink.of(changes, server.options(), TABLE).deadLettersTo(new Letters()));

        assertThat(server.rows("SELECT count(*), count(*) FILTER (WHERE v = 'fine') FROM t"))
                .containsExactly("989|989");
        assertThat(LETTERS)
                .extracting(DeadLetter::key)
                .containsExactlyInAnyOrder("7", "107", "207", "307", "407", "500", "507", "607", "707", "807", "907");
        assertThat(LETTERS).allSatisfy(letter -> assertThat(letter.toString()).doesNotContain("s3"));

        server.execute("ALTER TABLE t DROP CONSTRAINT valid", "INSERT INTO t VALUES (107, 'newer', 2)");
        run(
                LETTERS.stream().filter(letter -> !"500".equals(letter.key())).toList(),
                TypeInformation.of(DeadLetter.class),
                JdbcSink.of(JdbcSink.replay(WriteMode.NEWEST_WINS), server.options(), TABLE));

        assertThat(server.rows("SELECT count(*) FROM t WHERE v = 's3'")).containsExactly("9");
        assertThat(server.rows("SELECT v, ver FROM t WHERE id = 107")).containsExactly("newer|2");
    }
}
