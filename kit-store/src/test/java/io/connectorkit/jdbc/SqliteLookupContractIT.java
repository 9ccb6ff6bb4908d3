package io.connectorkit.jdbc;

/** The lookup contract on SQLite. */
class SqliteLookupContractIT extends JdbcLookupContract {

    @Override
    TestDatabase start() throws Exception {
        return TestDatabase.sqlite();
    }
}
