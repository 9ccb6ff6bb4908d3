package io.connectorkit.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.failure.FailureKind;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the vendors' own codes mean, and what of their messages may be told. */
class SqlFailuresTest {

    private static Dialect dialect(String name) {
        return Dialects.of(JdbcConnectionOptions.of("jdbc:" + name + ":x"));
    }

    @ParameterizedTest
    @CsvSource({
        "mysql, HY000, 1205, RETRYABLE", // lock timeout
        "mysql, 40001, 1213, RETRYABLE", // deadlock
        "mariadb, 70100, 1969, RETRYABLE", // statement timeout
        "mysql, HY000, 1114, THROTTLED", // table is full
        "mysql, HY000, 1021, THROTTLED", // disk full
        "mysql, 08004, 1040, THROTTLED", // too many connections
        "mysql, 23000, 1062, REJECTED",
        "mysql, HY000, 1366, REJECTED", // incorrect string
        "mysql, HY000, 3819, REJECTED", // check constraint
        "mysql, 08S01, 1153, REJECTED", // packet too large: halved
        "mysql, 42S02, 1146, FATAL",
        "mysql, 42000, 1142, FATAL", // permission
        "mysql, 28000, 1045, FATAL",
        "mysql, 08S01, 0, RETRYABLE", // connection lost
        "h2, HYT00, 50200, RETRYABLE",
        "h2, 90131, 90131, RETRYABLE", // concurrent update
        "h2, 23505, 23505, REJECTED",
        "h2, 42S02, 42102, FATAL",
        "sqlite, , 5, RETRYABLE", // busy
        "sqlite, , 517, RETRYABLE", // busy snapshot
        "sqlite, , 13, THROTTLED", // full
        "sqlite, , 2067, REJECTED", // unique
        "sqlite, , 1, FATAL", // no such table
        "oracle, 61000, 60, RETRYABLE", // deadlock
        "oracle, 72000, 8177, RETRYABLE", // cannot serialize
        "oracle, 66000, 3113, RETRYABLE", // connection lost
        "oracle, 72000, 1653, THROTTLED", // no space
        "oracle, 42000, 1722, REJECTED", // invalid number, although of class 42
        "oracle, 72000, 12899, REJECTED", // too long
        "oracle, 23000, 1, REJECTED",
        "oracle, 42000, 942, FATAL",
        "oracle, 72000, 1017, FATAL", // login
        "sqlserver, 40001, 1205, RETRYABLE",
        "sqlserver, S0051, 1222, RETRYABLE", // lock timeout
        "sqlserver, S0002, 1105, THROTTLED", // filegroup full
        "sqlserver, 23000, 2627, REJECTED",
        "sqlserver, S0001, 8152, REJECTED", // truncated
        "sqlserver, S0002, 208, FATAL", // invalid object
        "sqlserver, S0005, 229, FATAL", // permission
        "db2, 40001, -911, RETRYABLE",
        "db2, 57011, -964, THROTTLED", // log full
        "db2, 23505, -803, REJECTED",
        "db2, 22001, -302, REJECTED",
        "db2, 42704, -204, FATAL",
        "db2, 42501, -551, FATAL"
    })
    void readsTheVendorsCode(String database, String state, int code, FailureKind kind) {
        assertThat(JdbcFailures.kind(new SQLException("text", state, code), dialect(database)))
                .isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mysql | 23000 | 1062 | Duplicate entry 's3' for key 't.v' | 23000: Duplicate entry <value hidden> for"
                        + " key 't.v'",
                "mysql | 22001 | 1406 | Data too long for column 'v' at row 1 | 22001: Data too long for column 'v' at"
                        + " row 1",
                "mariadb | 22007 | 1366 | Incorrect string value: 's3' for column `v` | 22007: Incorrect string value:"
                        + " <value hidden> for column `v`",
                "h2 | 23505 | 23505 | Unique index or primary key violation: \"I ON T(V) VALUES ( /* 1 */ 's3' )\" |"
                        + " 23505: Unique index or primary key violation: \"I ON T(V)",
                "h2 | 22001 | 22001 | Value too long for column \"V\": \"'s3'\" | 22001: Value too long for column"
                        + " <value hidden>",
                "sqlserver | 23000 | 2627 | Violation of UNIQUE KEY constraint 'u'. The duplicate key value is (s3). |"
                        + " 23000: Violation of UNIQUE KEY constraint 'u'",
                "oracle | 42000 | 1722 | ORA-01722: s3 | 42000: the server's message is withheld, it may quote the row",
                "sqlserver | S0001 | 50000 | s3 | S0001: the server's message is withheld, it may quote the row"
            })
    void tellsNamesAndHidesValues(String database, String state, int code, String message, String told) {
        assertThat((Throwable) JdbcFailures.safe(new SQLException(message, state, code), dialect(database)))
                .hasMessage(told);
    }

    @Test
    void looksIntoABatchForTheRowThatFailed() {
        SQLException row = new SQLException("[SQLITE_CONSTRAINT_UNIQUE] UNIQUE constraint failed: t.v", null, 2067);
        SQLException batch = new BatchUpdateException("batch entry 3", null, 0, new int[0], row);

        assertThat(JdbcFailures.kind(batch, dialect("sqlite"))).isEqualTo(FailureKind.REJECTED);
        assertThat(JdbcFailures.violatesConstraint(batch)).isTrue();
        assertThat((Throwable) JdbcFailures.safe(batch, dialect("sqlite")))
                .hasMessage("code 2067: [SQLITE_CONSTRAINT_UNIQUE] UNIQUE constraint failed: t.v");
    }
}
