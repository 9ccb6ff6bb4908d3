package io.connectorkit.jdbc;

/** The contract on the statements for MySQL: MariaDB through MySQL's driver, with hard deletes. */
class MySqlHardDeleteContractIT extends JdbcContract {

    @Override
    TestDatabase start() throws Exception {
        return TestDatabase.mySql();
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
