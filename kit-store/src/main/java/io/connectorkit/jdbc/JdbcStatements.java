package io.connectorkit.jdbc;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The user's own statements for a sink, with {@code ?} for parameters.
 *
 * @param upsert gets the elements of the payload, in their order
 * @param delete gets the parts of the key, then the version if the changes have one; null refuses deletes
 * @param guarded whether the statements leave a newer row as it is; one that touches no row is then counted as stale
 */
public record JdbcStatements(String upsert, @Nullable String delete, boolean guarded) implements Serializable {

    private static final long serialVersionUID = 1L;

    public JdbcStatements {
        Objects.requireNonNull(upsert, "upsert");
        List<String> problems = new ArrayList<>();
        if (upsert.indexOf('?') < 0) {
            problems.add("upsert statement must have parameters (?), got none in '" + upsert + "'");
        }
        if (delete != null && delete.indexOf('?') < 0) {
            problems.add(
                    "delete statement must have parameters (?), or it deletes every row, got none in '" + delete + "'");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    /** Upserts with {@code upsert}; deletes are refused, and the last arrival stays. */
    public static JdbcStatements of(String upsert) {
        return new JdbcStatements(upsert, null, false);
    }

    public JdbcStatements withDelete(String delete) {
        return new JdbcStatements(upsert, Objects.requireNonNull(delete, "delete"), guarded);
    }

    /** Promises that the statements leave a row as it is whose version is newer: what timed out may be sent again. */
    public JdbcStatements withGuard() {
        return new JdbcStatements(upsert, delete, true);
    }
}
