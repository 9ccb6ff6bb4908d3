package io.connectorkit.jdbc;

/** The contract on the database that -Dkit.jdbc.url names, H2 by default, with hard deletes. */
class JdbcHardDeleteContractIT extends JdbcContract {

    @Override
    TestDatabase start() throws Exception {
        return TestDatabase.configured();
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
