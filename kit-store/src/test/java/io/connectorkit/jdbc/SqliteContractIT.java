package io.connectorkit.jdbc;

/** The contract on SQLite, with tombstones. */
class SqliteContractIT extends JdbcContract {

    @Override
    TestDatabase start() throws Exception {
        return TestDatabase.sqlite();
    }
}
