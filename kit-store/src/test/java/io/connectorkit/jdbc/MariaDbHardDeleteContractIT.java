package io.connectorkit.jdbc;

/** The contract on MariaDB through its own driver, with hard deletes. */
class MariaDbHardDeleteContractIT extends JdbcContract {

    @Override
    TestDatabase start() throws Exception {
        return TestDatabase.mariaDb();
    }

    @Override
    JdbcTable table(JdbcTable table) {
        return table;
    }

    @Override
    protected boolean remembersDeletes() {
        return false;
    }
}
