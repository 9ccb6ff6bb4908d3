package io.connectorkit.jdbc;

/** The lookup contract on MariaDB through MySQL's driver. */
class MySqlLookupContractIT extends JdbcLookupContract {

    @Override
    TestDatabase start() throws Exception {
        return TestDatabase.mySql();
    }
}
