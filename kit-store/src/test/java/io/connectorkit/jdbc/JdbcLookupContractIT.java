package io.connectorkit.jdbc;

/** The lookup contract on the database that -Dkit.jdbc.url names, H2 by default. */
class JdbcLookupContractIT extends JdbcLookupContract {

    @Override
    TestDatabase start() throws Exception {
        return TestDatabase.configured();
    }
}
