package io.connectorkit.jdbc;

/** The contract on the database that -Dkit.jdbc.url names, H2 by default, with tombstones. */
class JdbcContractIT extends JdbcContract {

    @Override
    TestDatabase start() throws Exception {
        return TestDatabase.configured();
    }
}
