package io.connectorkit.jdbc;

/** The contract on MariaDB through its own driver, with tombstones. */
class MariaDbContractIT extends JdbcContract {

    @Override
    TestDatabase start() throws Exception {
        return TestDatabase.mariaDb();
    }
}
