package io.connectorkit.jdbc;

/** The contract on PostgreSQL, with hard deletes: nothing is left to compare a late replay with. */
class PostgresHardDeleteContractIT extends JdbcContract {

    @Override
    TestDatabase start() throws Exception {
        return TestDatabase.postgres();
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
