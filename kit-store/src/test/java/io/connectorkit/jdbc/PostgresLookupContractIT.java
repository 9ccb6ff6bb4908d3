package io.connectorkit.jdbc;

/** The lookup contract on PostgreSQL. */
class PostgresLookupContractIT extends JdbcLookupContract {

    @Override
    TestDatabase start() throws Exception {
        return TestDatabase.postgres();
    }
}
