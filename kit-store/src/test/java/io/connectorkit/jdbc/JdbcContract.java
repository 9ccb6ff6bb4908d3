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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The contract on one database, with tombstones unless {@link #table} says otherwise. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class JdbcContract extends SinkContract<Object[]> {

    private TestDatabase database;

    abstract TestDatabase start() throws Exception;

    @BeforeAll
    void open() throws Exception {
        database = start();
    }

    JdbcTable table(JdbcTable table) {
        return table.withTombstones("gone");
    }

    private String name() {
        return "contract_" + getClass().getSimpleName();
    }

    @Override
    protected DestinationFactory<Object[]> destination(WriteMode mode) throws Exception {
        String k = database.quoted("k");
        String v = database.quoted("v");
        database.create(
                name(),
                k + " " + database.exactText() + " NOT NULL PRIMARY KEY, " + v + " varchar(100), "
                        + database.quoted("ver") + " numeric(18), " + database.quoted("gone") + " "
                        + database.timestamp() + ", CHECK (" + v + " <> 'poison')");
        JdbcTable table = table(JdbcTable.of(name(), "k").withValues("v"));
        return new JdbcDestinationFactory(
                database.options(),
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
        String sql = "SELECT " + database.quoted("k") + ", " + database.quoted("v") + " FROM " + database.quoted(name())
                + " WHERE " + database.quoted("gone") + " IS NULL";
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                contents.put(ChangeKey.of(rows.getString(1)), rows.getString(2));
            }
        }
        return contents;
    }

    /** SQL Server and Db2 compare texts as if their trailing spaces were not there. */
    @Override
    protected List<ChangeKey> similarKeys() {
        boolean padded = database.dialect() instanceof SqlServerDialect || database.dialect() instanceof Db2Dialect;
        return super.similarKeys().stream()
                .filter(key -> !padded || !key.text().endsWith(" "))
                .toList();
    }

    @Override
    protected Optional<String> poison() {
        return Optional.of("poison");
    }
}
