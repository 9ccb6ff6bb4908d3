package io.connectorkit.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.failure.FailureKind;
import java.net.SocketException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JdbcFailuresTest {

    private static final Dialect POSTGRES = new PostgresDialect();

    @ParameterizedTest
    @CsvSource({
        "40001, RETRYABLE, false", // serialization failure
        "40P01, RETRYABLE, false", // deadlock
        "55P03, RETRYABLE, false", // lock not available
        "57014, RETRYABLE, false", // statement cancelled by its timeout
        "08006, RETRYABLE, true",
        "08003, RETRYABLE, true",
        "57P01, RETRYABLE, true", // killed by an administrator
        "57P02, RETRYABLE, true",
        "57P03, RETRYABLE, true", // starting up
        "57P04, FATAL, false", // database dropped
        "25006, RETRYABLE, true", // read-only: the primary has moved
        "26000, RETRYABLE, true", // prepared statement lost behind a pooler
        "53100, THROTTLED, false",
        "53300, THROTTLED, false",
        "22001, REJECTED, false",
        "22P02, REJECTED, false",
        "23502, REJECTED, false",
        "23505, REJECTED, false",
        "23514, REJECTED, false",
        "21000, REJECTED, false", // two rows of one key: alone, each goes through
        "54000, REJECTED, false", // index row too large
        "44000, REJECTED, false", // check option of a view
        "P0001, REJECTED, false", // raised by a trigger
        "42P01, FATAL, false",
        "42703, FATAL, false",
        "42501, FATAL, false",
        "28P01, FATAL, false",
        "28000, FATAL, false",
        "3D000, FATAL, false",
        "3F000, FATAL, false",
        "0A000, FATAL, false",
        "XX001, FATAL, false",
        "XX000, RETRYABLE, false",
        "99999, RETRYABLE, false"
    })
    void readsTheSqlState(String state, FailureKind kind, boolean spoilsConnection) {
        SQLException e = new SQLException("text", state);

        assertThat(JdbcFailures.kind(e, POSTGRES)).isEqualTo(kind);
        assertThat(JdbcFailures.spoilsConnection(e)).isEqualTo(spoilsConnection);
    }

    @Test
    void triesAgainWhenNoStateIsGiven() {
        assertThat(JdbcFailures.kind(new SQLException("text"), POSTGRES)).isEqualTo(FailureKind.RETRYABLE);
        assertThat(JdbcFailures.kind(new SQLTimeoutException("text", "42P01"), POSTGRES))
                .isEqualTo(FailureKind.RETRYABLE);
    }

    @Test
    void rejectsTheRowThatRowLevelSecurityRefuses() {
        String message = "ERROR: new row violates row-level security policy for table \"t\"";

        assertThat(JdbcFailures.kind(new SQLException(message, "42501"), POSTGRES))
                .isEqualTo(FailureKind.REJECTED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "22P02 | ERROR: invalid input syntax for type integer: \"s3\" | 22P02: ERROR: invalid input syntax for"
                        + " type integer: <value hidden>",
                "22P02 | ERROR: invalid input syntax for type json: \"{\"s3\":1\" x\" | 22P02: ERROR: invalid input"
                        + " syntax for type json: <value hidden>",
                "22003 | ERROR: value \"s3\" is out of range for type integer | 22003: ERROR: value <value hidden> is"
                        + " out of range for type integer",
                "22021 | ERROR: invalid byte sequence for encoding \"UTF8\": 0xe2 0x28 | 22021: ERROR: invalid byte"
                        + " sequence for encoding <value hidden>: <value hidden>",
                "23505 | ERROR: duplicate key value violates unique constraint \"t_name\" | 23505: ERROR: duplicate key"
                        + " value violates unique constraint \"t_name\"",
                "P0001 | ERROR: no s3 please | P0001: the server's message is withheld, it may quote the row",
                "UE001 | ERROR: no s3 please | UE001: the server's message is withheld, it may quote the row"
            })
    void hidesTheValuesThatServersQuote(String state, String message, String safe) {
        assertThat((Throwable) JdbcFailures.safe(new SQLException(message, state), POSTGRES))
                .hasMessage(safe);
    }

    @Test
    void dropsDetailEvenWhenTheUserTurnedItOn() {
        SQLException e = new SQLException("ERROR: duplicate key\n  Detail: Key (name)=(s3) exists.", "23505");

        assertThat((Throwable) JdbcFailures.safe(e, POSTGRES)).hasMessage("23505: ERROR: duplicate key");
        assertThat((Throwable) JdbcFailures.safe(new SQLException("ERROR: bad: \"s3\ns3\"", "22P02"), POSTGRES))
                .hasMessage("22P02: ERROR: bad: <value hidden>");
    }

    @Test
    void keepsTheStackTraceAndTheNetworkCauseButNoServerExceptionAsACause() {
        SQLException lost = new SQLException("lost", "08006", new SocketException("reset"));
        SQLException pool =
                new SQLTransientConnectionException("no connection", "22P02", new SQLException("bad: \"s3\"", "22P02"));

        assertThat((Throwable) JdbcFailures.safe(lost, POSTGRES)).hasRootCauseMessage("reset");
        assertThat(JdbcFailures.safe(lost, POSTGRES).getStackTrace()).isEqualTo(lost.getStackTrace());
        assertThat((Throwable) JdbcFailures.safe(pool, POSTGRES)).hasRootCauseMessage("22P02: bad: <value hidden>");
        assertThat((Throwable)
                        JdbcFailures.safe(new SQLException("bad", "22P02", new IllegalStateException("s3")), POSTGRES))
                .hasNoCause();
    }
}
