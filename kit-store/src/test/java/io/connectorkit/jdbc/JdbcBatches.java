package io.connectorkit.jdbc;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.DestinationContext;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.tck.RecordedMetrics;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Batches sent to a table of the shared PostgreSQL server. */
abstract class JdbcBatches {

    static PostgresServer server;

    final JdbcTable table = JdbcTable.of("t", "id").withValues("v").withVersion("ver");
    Destination<Object[]> open;

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.shared();
    }

    @BeforeEach
    void table() throws Exception {
        server.execute("DROP TABLE IF EXISTS t", "CREATE TABLE t (id bigint PRIMARY KEY, v text, ver bigint NOT NULL)");
    }

    @AfterEach
    void close() throws Exception {
        if (open != null) {
            open.close();
        }
    }

    Destination<Object[]> open(JdbcTable table, WriteMode mode) throws Exception {
        return open(table, mode, Duration.ofSeconds(30));
    }

    Destination<Object[]> open(JdbcTable table, WriteMode mode, Duration timeout) throws Exception {
        close();
        open = new JdbcDestinationFactory(server.options(), table, mode, timeout)
                .open(new DestinationContext(0, SinkTuning.forJdbc(), new RecordedMetrics()));
        return open;
    }

    static Change<Object[]> put(Object key, long version, Object... payload) {
        return new Change.Upsert<>(ChangeKey.of(key), ChangeVersion.of(version), payload);
    }

    static Change<Object[]> putUnversioned(Object key, Object... payload) {
        return new Change.Upsert<>(ChangeKey.of(key), null, payload);
    }

    static Change<Object[]> delete(Object key, long version) {
        return new Change.Delete<>(ChangeKey.of(key), ChangeVersion.of(version));
    }
}
