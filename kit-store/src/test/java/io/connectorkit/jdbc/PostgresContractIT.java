package io.connectorkit.jdbc;

/** The contract on PostgreSQL, with tombstones. */
class PostgresContractIT extends JdbcContract {

    @Override
    TestDatabase start() throws Exception {
        return TestDatabase.postgres();
    }
}
