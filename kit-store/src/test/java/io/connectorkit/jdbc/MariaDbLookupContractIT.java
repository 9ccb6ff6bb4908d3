package io.connectorkit.jdbc;

/** The lookup contract on MariaDB through its own driver. */
class MariaDbLookupContractIT extends JdbcLookupContract {

    @Override
    TestDatabase start() throws Exception {
        return TestDatabase.mariaDb();
    }
}
