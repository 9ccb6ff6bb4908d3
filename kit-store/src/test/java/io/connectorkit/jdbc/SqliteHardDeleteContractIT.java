package io.connectorkit.jdbc;

/** The contract on SQLite, with hard deletes. */
class SqliteHardDeleteContractIT extends JdbcContract {

    @Override
    TestDatabase start() throws Exception {
        return TestDatabase.sqlite();
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
