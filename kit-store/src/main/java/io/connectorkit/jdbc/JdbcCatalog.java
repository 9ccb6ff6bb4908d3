package io.connectorkit.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.table.catalog.CatalogBaseTable;
import org.apache.flink.table.catalog.CatalogDatabase;
import org.apache.flink.table.catalog.CatalogDatabaseImpl;
import org.apache.flink.table.catalog.CatalogTable;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.exceptions.CatalogException;
import org.apache.flink.table.catalog.exceptions.DatabaseNotExistException;
import org.apache.flink.table.catalog.exceptions.TableNotExistException;
import org.apache.flink.table.factories.Factory;

/**
 * The tables of a PostgreSQL, MySQL or MariaDB server as tables of SQL, read and written with {@code kit-jdbc}.
 *
 * <p>A database of the catalog is a database of the server. Tables of PostgreSQL are called {@code schema.table}, those of
 * the schema {@code public} by their name alone too. Columns of types that SQL does not have are left out of the table.
 */
final class JdbcCatalog implements ReadOnlyCatalog {

    private final String name;
    private final JdbcConnectionOptions options;
    private final JdbcCatalogQueries queries;
    private final String defaultDatabase;

    /** @param options of the default database */
    JdbcCatalog(String name, JdbcConnectionOptions options, String defaultDatabase) {
        this.name = name;
        this.options = options;
        this.queries = JdbcCatalogQueries.of(options);
        this.defaultDatabase = defaultDatabase;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<Factory> getFactory() {
        return Optional.of(new JdbcTableFactory());
    }

    /** Fails now when the server cannot be reached. */
    @Override
    public void open() {
        ask(defaultDatabase, connection -> connection.getMetaData().getDatabaseProductName());
    }

    @Override
    public void close() {}

    @Override
    public String getDefaultDatabase() {
        return defaultDatabase;
    }

    @Override
    public List<String> listDatabases() {
        return ask(defaultDatabase, connection -> texts(connection, queries.databases()));
    }

    @Override
    public boolean databaseExists(String database) {
        return listDatabases().contains(database);
    }

    @Override
    public CatalogDatabase getDatabase(String database) throws DatabaseNotExistException {
        if (!databaseExists(database)) {
            throw new DatabaseNotExistException(name, database);
        }
        return new CatalogDatabaseImpl(Map.of(), null);
    }

    @Override
    public List<String> listTables(String database) throws DatabaseNotExistException {
        getDatabase(database);
        return ask(database, connection -> texts(connection, queries.tables()));
    }

    /** Views of the database are tables here: they can be read. */
    @Override
    public List<String> listViews(String database) {
        return List.of();
    }

    @Override
    public boolean tableExists(ObjectPath path) {
        if (!databaseExists(path.getDatabaseName())) {
            return false;
        }
        return ask(path.getDatabaseName(), connection -> texts(connection, queries.tables()))
                .contains(queries.listed(path.getObjectName()));
    }

    @Override
    public CatalogBaseTable getTable(ObjectPath path) throws TableNotExistException {
        if (!tableExists(path)) {
            throw new TableNotExistException(name, path);
        }
        JdbcConnectionOptions database = queries.connectTo(options, path.getDatabaseName());
        JdbcTable table = queries.table(path.getObjectName());
        return ask(path.getDatabaseName(), connection -> CatalogTable.newBuilder()
                .schema(JdbcCatalogTypes.schema(connection, table, Dialects.of(options)))
                .options(queries.tableOptions(database, table))
                .build());
    }

    private interface Question<T> {
        T to(Connection connection) throws SQLException;
    }

    private <T> T ask(String database, Question<T> question) {
        JdbcConnectionOptions there = queries.connectTo(options, database);
        try (Connection connection =
                DriverConnections.of(there, options.connectTimeout()).getConnection()) {
            return question.to(connection);
        } catch (SQLException e) {
            SQLException safe = JdbcFailures.safe(e, Dialects.of(options));
            throw new CatalogException(
                    "catalog '" + name + "' must be able to read " + there.maskedUrl() + ", got " + safe.getMessage(),
                    safe);
        }
    }

    private static List<String> texts(Connection connection, String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }
}
