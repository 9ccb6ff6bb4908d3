package io.connectorkit.jdbc;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.sink.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The user's own statements in JDBC batches. */
final class StatedWriter implements RowStatements<StatedWriter.StatedRows> {

    private final JdbcStatements statements;
    private final int queryTimeoutSeconds;
    private final int upsertParameters;

    private StatedWriter(JdbcStatements statements, int queryTimeoutSeconds, int upsertParameters) {
        this.statements = statements;
        this.queryTimeoutSeconds = queryTimeoutSeconds;
        this.upsertParameters = upsertParameters;
    }

    /** Has the database parse the statements, where its driver does that before they run. */
    static StatedWriter of(Connection connection, JdbcStatements statements, int queryTimeoutSeconds)
            throws SQLException {
        if (statements.delete() != null) {
            parameters(connection, statements.delete());
        }
        return new StatedWriter(statements, queryTimeoutSeconds, parameters(connection, statements.upsert()));
    }

    private static int parameters(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            return statement.getParameterMetaData().getParameterCount();
        }
    }

    /** Parameters of one statement. */
    static final class StatedRows implements RowStatements.Rows {

        private final boolean upserts;
        private final boolean deletable;
        private final int upsertParameters;
        private final List<@Nullable Object[]> rows = new ArrayList<>();
        private final List<Integer> positions = new ArrayList<>();

        private StatedRows(boolean upserts, boolean deletable, int upsertParameters) {
            this.upserts = upserts;
            this.deletable = deletable;
            this.upsertParameters = upsertParameters;
        }

        @Override
        public void add(Change<Object[]> change, int position) {
            @Nullable Object[] parameters = parameters(change);
            for (int i = 0; i < parameters.length; i++) {
                if (parameters[i] instanceof CharSequence text) {
                    parameters[i] = SqlText.validUnicode(text.toString(), "parameter " + (i + 1));
                } else if (parameters[i] instanceof Instant time) {
                    parameters[i] = time.atOffset(ZoneOffset.UTC);
                }
            }
            rows.add(parameters);
            positions.add(position);
        }

        private @Nullable Object[] parameters(Change<Object[]> change) {
            if (change instanceof Change.Upsert<Object[]> upsert) {
                if (upsert.payload().length != upsertParameters) {
                    throw new IllegalArgumentException("payload must have " + upsertParameters
                            + " elements (parameters of the upsert statement), got " + upsert.payload().length);
                }
                return upsert.payload().clone();
            }
            if (!deletable) {
                throw new IllegalArgumentException(
                        "a delete needs a delete statement, got none; add it with JdbcStatements.withDelete");
            }
            List<Object> parameters = new ArrayList<>();
            for (int i = 0; i < change.key().size(); i++) {
                parameters.add(change.key().part(i));
            }
            ChangeVersion version = change.version();
            if (version != null) {
                parameters.add(version.isLong() ? (Object) version.longValue() : version.toBigInteger());
            }
            return parameters.toArray();
        }

        @Override
        public int size() {
            return rows.size();
        }
    }

    @Override
    public boolean hardDeletes() {
        return true;
    }

    @Override
    public boolean needTransaction() {
        return true;
    }

    @Override
    public StatedRows rows(boolean upserts, int capacity) {
        return new StatedRows(upserts, statements.delete() != null, upsertParameters);
    }

    @Override
    public void apply(Connection connection, StatedRows rows, RowOrder order, Outcome[] outcomes) throws SQLException {
        String sql = rows.upserts ? statements.upsert() : String.valueOf(statements.delete());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setQueryTimeout(queryTimeoutSeconds);
            for (@Nullable Object[] row : rows.rows) {
                for (int i = 0; i < row.length; i++) {
                    if (row[i] == null) {
                        statement.setNull(i + 1, Types.NULL);
                    } else {
                        statement.setObject(i + 1, row[i]);
                    }
                }
                statement.addBatch();
            }
            int[] counts = statement.executeBatch();
            for (int i = 0; i < counts.length; i++) {
                if (statements.guarded() && counts[i] == 0) {
                    outcomes[rows.positions.get(i)] = Outcome.stale();
                }
            }
        }
    }
}
