package io.connectorkit.jdbc;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.lookup.LookupSourceFactory;
import io.connectorkit.tck.LookupContract;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The lookup contract on one database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class JdbcLookupContract extends LookupContract<String> {

    private TestDatabase database;

    abstract TestDatabase start() throws Exception;

    @BeforeAll
    void open() throws Exception {
        database = start();
    }

    private String name() {
        return "lookup_" + getClass().getSimpleName();
    }

    private LookupSourceFactory<ChangeKey, String> lookup(String table) {
        return JdbcLookup.of(database.options(), JdbcTable.of(table, "k").withValues("v"), row -> row.getString("v"));
    }

    @Override
    protected LookupSourceFactory<ChangeKey, String> source(Map<ChangeKey, String> rows) throws Exception {
        database.create(
                name(),
                database.quoted("k") + " " + database.exactText() + " NOT NULL PRIMARY KEY, " + database.quoted("v")
                        + " varchar(100)");
        try (Connection connection = database.connect();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO " + database.quoted(name()) + " VALUES (?, ?)")) {
            connection.setAutoCommit(false);
            for (Map.Entry<ChangeKey, String> row : rows.entrySet()) {
                insert.setString(1, (String) row.getKey().part(0));
                insert.setString(2, row.getValue());
                insert.addBatch();
            }
            insert.executeBatch();
            connection.commit();
        }
        return lookup(name());
    }

    @Override
    protected void update(ChangeKey key, String text) throws Exception {
        try (Connection connection = database.connect();
                PreparedStatement update = connection.prepareStatement("UPDATE " + database.quoted(name()) + " SET "
                        + database.quoted("v") + " = ? WHERE " + database.quoted("k") + " = ?")) {
            update.setString(1, text);
            update.setString(2, (String) key.part(0));
            update.executeUpdate();
        }
    }

    @Override
    protected String text(String row) {
        return row;
    }

    @Override
    protected Optional<LookupSourceFactory<ChangeKey, String>> missing() {
        return Optional.of(lookup("no_such_table"));
    }
}
