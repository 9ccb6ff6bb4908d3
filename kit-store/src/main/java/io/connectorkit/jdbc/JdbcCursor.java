package io.connectorkit.jdbc;

import io.connectorkit.failure.FailureKind;
import io.connectorkit.failure.RetryPolicy;
import io.connectorkit.jdbc.JdbcSplit.Rows;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the rows of one split after another; a connection that is lost is opened again behind the last row. Used by one
 * thread, except for {@link #close}.
 */
final class JdbcCursor<T> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JdbcCursor.class);

    private final JdbcScanQuery query;
    private final JdbcLookupMapper<T> mapper;
    private final RetryPolicy retry;
    private final Random random = new Random();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable Connection connection;
    private @Nullable ResultSet rows;
    private List<String> tieBreakers = List.of();
    private JdbcSplit split = JdbcSplit.all();
    private long skip;
    private int attempts;

    JdbcCursor(JdbcScanQuery query, JdbcLookupMapper<T> mapper, RetryPolicy retry) {
        this.query = query;
        this.mapper = mapper;
        this.retry = retry;
    }

    /** Rows and, for each, the split as it is once the row is emitted. */
    record Chunk<T>(List<T> records, List<JdbcSplit> after, boolean last) {}

    /** Goes on with {@code next}. */
    void start(JdbcSplit next) {
        split = next;
        attempts = 0;
    }

    /** Up to {@code size} rows; the last chunk of a split may be empty. */
    Chunk<T> read(int size) throws IOException, InterruptedException {
        while (true) {
            List<T> records = new ArrayList<>(size);
            List<JdbcSplit> after = new ArrayList<>(size);
            try {
                boolean more = fill(records, after, size);
                attempts = 0;
                if (!more) {
                    finished();
                }
                return new Chunk<>(records, after, !more);
            } catch (SQLException e) {
                release();
                failed(e);
                if (!records.isEmpty()) {
                    return new Chunk<>(records, after, false);
                }
            }
        }
    }

    private boolean fill(List<T> records, List<JdbcSplit> after, int size) throws SQLException, IOException {
        ResultSet open = opened();
        boolean partitioned = split.rows() == Rows.RANGE;
        int partitionColumn = query.scan().columns().size() + 1;
        while (records.size() < size) {
            if (!open.next()) {
                return false;
            }
            BigDecimal value = partitioned ? open.getBigDecimal(partitionColumn) : null;
            if (skip > 0 && (!partitioned || sameValue(value))) {
                skip--;
                continue;
            }
            skip = 0;
            records.add(mapped(open));
            split = split.after(value);
            after.add(split);
        }
        return true;
    }

    private boolean sameValue(@Nullable BigDecimal value) {
        BigDecimal last = split.last();
        return value != null && last != null && value.compareTo(last) == 0;
    }

    private T mapped(ResultSet row) throws SQLException, IOException {
        T record;
        try {
            record = mapper.map(row);
        } catch (SQLException e) {
            if (JdbcFailures.spoilsConnection(e)) {
                throw e;
            }
            throw new IOException(
                    "the mapper failed on a row of table '" + query.scan().displayName() + "': SQLSTATE "
                            + e.getSQLState() + " (" + JdbcFailures.safeMessage(e, query.dialect()) + ")");
        } catch (RuntimeException e) {
            throw new IOException("the mapper failed on a row of table '"
                    + query.scan().displayName() + "': " + e.getClass().getName());
        }
        if (record == null) {
            throw new IOException("the mapper must not return null, got it for a row of table '"
                    + query.scan().displayName() + "'");
        }
        return record;
    }

    private ResultSet opened() throws SQLException {
        if (rows != null) {
            return rows;
        }
        Connection open = connection;
        if (open == null) {
            open = query.connect();
            connection = open;
            tieBreakers = query.tieBreakers(open);
            open.setAutoCommit(!query.dialect().streamsInTransactions());
        }
        ResultSet result = query.prepare(open, split, tieBreakers).executeQuery();
        rows = result;
        skip = split.skip();
        return result;
    }

    private void failed(SQLException e) throws IOException, InterruptedException {
        SQLException safe = JdbcFailures.safe(e, query.dialect());
        FailureKind kind = JdbcFailures.kind(e, query.dialect());
        boolean hopeless = kind == FailureKind.FATAL || kind == FailureKind.REJECTED;
        attempts++;
        if (closed.getCount() == 0 || hopeless || !retry.allowsAnotherAfter(attempts)) {
            throw new IOException(
                    "Reading table '" + query.scan().displayName() + "' failed (attempt " + attempts + " of "
                            + retry.maxAttempts() + "): " + safe.getMessage(),
                    safe);
        }
        long delay = retry.delayMillis(attempts, random);
        LOG.warn(
                "Reading table '{}' failed (attempt {} of {}), trying again in {} ms: {}",
                query.scan().displayName(),
                attempts,
                retry.maxAttempts(),
                delay,
                safe.getMessage());
        if (closed.await(delay, TimeUnit.MILLISECONDS)) {
            throw new InterruptedException("closed");
        }
    }

    /** The connection stays for the next split. */
    private void finished() throws SQLException {
        ResultSet read = rows;
        Connection open = connection;
        rows = null;
        if (read != null && open != null) {
            read.getStatement().close();
            if (query.dialect().streamsInTransactions()) {
                open.commit();
            }
        }
    }

    private void release() {
        Connection open = connection;
        rows = null;
        connection = null;
        if (open != null) {
            quietly(open);
        }
    }

    private static void quietly(Connection open) {
        try {
            open.close();
        } catch (SQLException e) {
            // It is given up either way.
            LOG.debug("Closing a connection failed: {}", e.getSQLState());
        }
    }

    /** From any thread: a read that is under way fails. */
    @Override
    public void close() {
        closed.countDown();
        Connection open = connection;
        if (open != null) {
            try {
                open.abort(Runnable::run);
            } catch (SQLException | RuntimeException e) {
                // Not every driver can, SQLite's for one.
                quietly(open);
            }
        }
    }
}
