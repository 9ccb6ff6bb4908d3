package io.connectorkit.jdbc;

import io.connectorkit.failure.FailureKind;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a SQLSTATE says about trying again, and errors without the values that servers quote in them.
 *
 * <p>PostgreSQL's list: Appendix A, "PostgreSQL Error Codes". Classes are the first two characters.
 */
final class JdbcFailures {

    private static final String VALUE_HIDDEN = "<value hidden>";
    private static final String WITHHELD = "the server's message is withheld, it may quote the row";

    /** Classes whose messages speak of connections, transactions and logins in every database. */
    private static final Set<String> NO_ROWS = Set.of("08", "28", "3D", "3F", "40");

    private static final Set<String> FRESH_CONNECTION =
            Set.of("25006", "25P02", "25P03", "26000", "57P01", "57P02", "57P03", "57P05");

    private static final Pattern QUOTED = Pattern.compile("[\"'].*[\"']", Pattern.DOTALL);
    private static final Pattern BYTES = Pattern.compile("0x[0-9a-fA-F]+( 0x[0-9a-fA-F]+)*");

    private JdbcFailures() {}

    /** What the database's own code says, else its SQLSTATE. RETRYABLE when nothing is known: retries are bounded. */
    static FailureKind kind(SQLException thrown, Dialect dialect) {
        SQLException e = root(thrown);
        if (e instanceof SQLTimeoutException) {
            return FailureKind.RETRYABLE;
        }
        FailureKind byCode = dialect.kind(e.getErrorCode());
        return byCode == null ? kind(e) : byCode;
    }

    /** A batch's exception often carries neither state nor code of the row that failed. */
    private static SQLException root(SQLException thrown) {
        SQLException e = thrown;
        while (e instanceof BatchUpdateException && state(e).isEmpty() && e.getErrorCode() == 0) {
            if (e.getNextException() != null) {
                e = e.getNextException();
            } else if (e.getCause() instanceof SQLException cause) {
                e = cause;
            } else {
                break;
            }
        }
        return e;
    }

    /** Whether a constraint refused a row, so that another order of the same rows may pass. */
    static boolean violatesConstraint(SQLException thrown) {
        SQLException e = root(thrown);
        // 3819 is MySQL's check constraint; SQLite has no SQLSTATE, its code is 19.
        return state(e).startsWith("23") || (state(e).isEmpty() && (e.getErrorCode() & 0xff) == 19);
    }

    private static FailureKind kind(SQLException e) {
        String state = state(e);
        if (e instanceof SQLTimeoutException || state.length() < 2) {
            return FailureKind.RETRYABLE;
        }
        if (state.equals("42501") && String.valueOf(e.getMessage()).contains("row-level security")) {
            return FailureKind.REJECTED;
        }
        return switch (state.substring(0, 2)) {
            case "53" -> FailureKind.THROTTLED;
            // 21: two keys of the batch are one key to the database; alone, each goes through.
            case "07", "21", "22", "23", "44", "54", "P0" -> FailureKind.REJECTED;
            case "0A", "28", "3D", "3F", "42" -> FailureKind.FATAL;
            default ->
                state.equals("57P04") || state.equals("XX001") || state.equals("XX002")
                        ? FailureKind.FATAL
                        : FailureKind.RETRYABLE;
        };
    }

    /** Whether the connection that {@code e} came from must not be used again. */
    static boolean spoilsConnection(SQLException thrown) {
        SQLException e = root(thrown);
        String state = state(e);
        return state.startsWith("08") || FRESH_CONNECTION.contains(state) || e instanceof SQLTimeoutException;
    }

    /** {@code e} of an unknown database, or of the pool: SQLSTATE, and a message only where none can quote a row. */
    static SQLException safe(SQLException e) {
        return safe(e, null);
    }

    /**
     * {@code e} without values: SQLSTATE or vendor code and the first line of the message, with what a server may quote
     * of a row cut out. A copy with the same stack trace, since the original would carry the values along as a cause.
     */
    static SQLException safe(SQLException thrown, @Nullable Dialect dialect) {
        SQLException e = root(thrown);
        String state = state(e);
        String code = state.isEmpty() ? "code " + e.getErrorCode() : state;
        SQLException safe = new SQLException(code + ": " + safeMessage(e, dialect), state, e.getErrorCode());
        safe.setStackTrace(thrown.getStackTrace());
        Throwable cause = e.getCause();
        if (cause instanceof SQLException nested) {
            safe.initCause(safe(nested, dialect));
        } else if (cause != null && state.startsWith("08")) {
            safe.initCause(cause);
        }
        return safe;
    }

    /** Class 22 quotes values: all between the first and the last quote goes. Unknown classes may say anything. */
    static String safeMessage(SQLException e, @Nullable Dialect dialect) {
        String state = state(e);
        String message = e.getMessage();
        if (message == null) {
            return e.getClass().getSimpleName();
        } else if (isClientSide(e) || (state.length() >= 2 && NO_ROWS.contains(state.substring(0, 2)))) {
            return firstLine(message);
        }
        String known = dialect == null ? null : dialect.safeMessage(state, e.getErrorCode(), firstLine(message));
        if (known != null) {
            return known;
        } else if (state.startsWith("22")) {
            String unquoted = QUOTED.matcher(message).replaceAll(VALUE_HIDDEN);
            return firstLine(BYTES.matcher(unquoted).replaceAll(VALUE_HIDDEN));
        }
        return WITHHELD;
    }

    /** The pool's own exceptions: no server text in them. */
    private static boolean isClientSide(SQLException e) {
        return e instanceof java.sql.SQLTransientConnectionException;
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    private static String state(SQLException e) {
        String state = e.getSQLState();
        return state == null ? "" : state;
    }

    /** Why no connection could be opened, naming the option to look at. */
    static SQLException refusedConnection(JdbcConnectionOptions options, Throwable cause) {
        if (!(cause instanceof SQLException sql)) {
            return new SQLException(rule("") + ", got " + options.maskedUrl() + ": " + cause, "08001", cause);
        }
        SQLException safe = safe(sql, Dialects.find(options));
        return new SQLException(
                rule(state(sql)) + ", got " + options.maskedUrl() + as(options.user()) + ": " + safe.getMessage()
                        + rootCause(sql),
                state(sql),
                safe);
    }

    private static String rule(String state) {
        if (state.startsWith("28")) {
            return "user and password must be accepted by the server of url";
        }
        return state.equals("3D000")
                ? "url must name a database that exists"
                : "url must lead to a database that accepts connections";
    }

    private static String as(@Nullable String user) {
        return user == null ? "" : " as user '" + user + "'";
    }

    private static String rootCause(SQLException e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root instanceof java.io.IOException ? " (" + root + ")" : "";
    }
}
