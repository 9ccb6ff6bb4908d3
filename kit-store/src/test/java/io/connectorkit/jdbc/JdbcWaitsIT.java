package io.connectorkit.jdbc;

import static io.connectorkit.change.WriteMode.NEWEST_WINS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.connectorkit.failure.FailureKind;
import io.connectorkit.sink.Answer;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.DestinationContext;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.tck.RecordedMetrics;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What one batch does when others hold a row or the server hangs, against the real server. */
class JdbcWaitsIT extends JdbcBatches {

    @Test
    void givesUpOnALockedRowInTimeAndMayTryAgain() throws Exception {
        server.execute("INSERT INTO t VALUES (1, 'old', 1)");
        Destination<Object[]> destination = open(table, NEWEST_WINS, Duration.ofSeconds(2));
        try (Connection other = server.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE t SET v = 'locked' WHERE id = 1");

            Answer answer = Answer.to(destination, put(1, 2, "new"));

            assertThat(answer.kind()).isEqualTo(FailureKind.RETRYABLE);
            assertThat(answer.cause()).hasMessageStartingWith("57014: ");
            other.rollback();
        }
        assertThat(Answer.to(destination, put(1, 2, "new")).letters()).isEqualTo("D");
    }

    @Test
    void givesUpOnAServerThatHangsAndGoesOnWithAFreshConnection() throws Exception {
        try (MutableProxy proxy = MutableProxy.to(server.port())) {
            JdbcConnectionOptions through = JdbcConnectionOptions.of(
                            "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres")
                    .withUser(PostgresServer.USER)
                    .withConnectTimeout(Duration.ofSeconds(1));
            open = new JdbcDestinationFactory(through, table, NEWEST_WINS, Duration.ofSeconds(1))
                    .open(new DestinationContext(0, SinkTuning.forJdbc(), new RecordedMetrics()));
            assertThat(Answer.to(open, put(1, 1, "a")).letters()).isEqualTo("D");

            proxy.mute(true);
            Answer hung = Answer.to(open, put(1, 2, "b"));
            proxy.mute(false);

            assertThat(hung.kind()).isEqualTo(FailureKind.RETRYABLE);
            // As the write path does: connection attempts that began in the dark have to time out first.
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> Answer.to(open, put(1, 3, "c")).letters().equals("D"));
        }
        assertThat(server.rows("SELECT v, ver FROM t")).containsExactly("c|3");
    }

    @Test
    void seesAChangeThatWasCommittedWhileItWaited() throws Exception {
        server.execute("INSERT INTO t SELECT i, 'old', 1 FROM generate_series(1, 2) i");
        Destination<Object[]> destination = open(table, NEWEST_WINS);
        var late = new java.util.concurrent.CompletableFuture<String>();
        try (Connection other = server.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE t SET v = 'newest', ver = 9");
            Thread waiting = new Thread(() -> {
                try {
                    late.complete(Answer.to(destination, put(1, 5, "older"), delete(2, 5))
                            .letters());
                } catch (Throwable e) {
                    late.completeExceptionally(e);
                }
            });
            waiting.start();
            await().until(() -> server.rows("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                            + " AND application_name = 'connector-kit'")
                    .equals(List.of("1")));
            other.commit();
            waiting.join();
        }
        assertThat(late.get()).isEqualTo("SS");
        assertThat(server.rows("SELECT v, ver FROM t")).containsExactly("newest|9", "newest|9");
    }
}
