package io.connectorkit.jdbc;

/** The contract on the statements for MySQL: MariaDB through MySQL's driver, with tombstones. */
class MySqlContractIT extends JdbcContract {

    @Override
    TestDatabase start() throws Exception {
        return TestDatabase.mySql();
    }
}
