package io.connectorkit.jdbc;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.DestinationFactory;
import io.connectorkit.tck.SinkContract;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract on PostgreSQL, with tombstones. */
class JdbcSinkContractIT extends SinkContract<Object[]> {

    private static PostgresServer server;

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    JdbcTable table(JdbcTable table) {
        return table.withTombstones("gone");
    }

    @Override
    protected DestinationFactory<Object[]> destination(WriteMode mode) throws Exception {
        server.execute(
                "DROP TABLE IF EXISTS t",
                "CREATE TABLE t (k text PRIMARY KEY, v text CHECK (v <> 'poison'), ver bigint, gone timestamptz)");
        JdbcTable table = table(JdbcTable.of("t", "k").withValues("v"));
        return new JdbcDestinationFactory(
                server.options(),
                mode == WriteMode.NEWEST_WINS ? table.withVersion("ver") : table,
                mode,
                Duration.ofSeconds(30));
    }

    @Override
    protected Object[] payload(ChangeKey key, String text) {
        return new Object[] {text};
    }

    @Override
    protected Map<ChangeKey, String> contents() throws Exception {
        Map<ChangeKey, String> contents = new HashMap<>();
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT k, v FROM t WHERE gone IS NULL")) {
            while (rows.next()) {
                contents.put(ChangeKey.of(rows.getString(1)), rows.getString(2));
            }
        }
        return contents;
    }

    @Override
    protected Optional<String> poison() {
        return Optional.of("poison");
    }
}
