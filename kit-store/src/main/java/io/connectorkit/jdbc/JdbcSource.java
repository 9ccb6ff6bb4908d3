package io.connectorkit.jdbc;

import io.connectorkit.failure.RetryPolicy;
import java.util.ArrayList;
import java.util.Objects;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * A source that reads a table once: streamed, in parallel ranges of a numeric column, each row exactly once.
 *
 * <p>A range is read in the order of its column (and of the primary key among equal values), and a checkpoint keeps the
 * last value and how many rows of it were emitted: after a failure reading goes on behind them, in the job or, when only
 * the connection was lost, without it. That holds as long as the rows that were read do not change; rows that change
 * while the table is read are read as they are then.
 *
 * @param <T> what the mapper makes of a row
 */
public final class JdbcSource<T> implements Source<T, JdbcSplit, JdbcSplitCodec.Pending>, ResultTypeQueryable<T> {

    private static final long serialVersionUID = 1L;

    private final JdbcConnectionOptions connection;
    private final JdbcScan scan;
    private final JdbcLookupMapper<T> mapper;
    private final TypeInformation<T> type;

    private JdbcSource(
            JdbcConnectionOptions connection, JdbcScan scan, JdbcLookupMapper<T> mapper, TypeInformation<T> type) {
        this.connection = Objects.requireNonNull(connection, "connection");
        this.scan = Objects.requireNonNull(scan, "scan");
        this.mapper = Objects.requireNonNull(mapper, "mapper");
        this.type = Objects.requireNonNull(type, "type");
    }

    /** The rows of {@code scan}; the mapper reads its columns by name or by position from 1. */
    public static <T> JdbcSource<T> of(
            JdbcConnectionOptions connection, JdbcScan scan, JdbcLookupMapper<T> mapper, TypeInformation<T> type) {
        Dialects.of(connection);
        return new JdbcSource<>(connection, scan, mapper, type);
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.BOUNDED;
    }

    @Override
    public SplitEnumerator<JdbcSplit, JdbcSplitCodec.Pending> createEnumerator(
            SplitEnumeratorContext<JdbcSplit> context) {
        return new JdbcEnumerator(context, new JdbcScanQuery(connection, scan), null);
    }

    @Override
    public SplitEnumerator<JdbcSplit, JdbcSplitCodec.Pending> restoreEnumerator(
            SplitEnumeratorContext<JdbcSplit> context, JdbcSplitCodec.Pending pending) {
        var splits = pending.splits();
        return new JdbcEnumerator(
                context, new JdbcScanQuery(connection, scan), splits == null ? null : new ArrayList<>(splits));
    }

    @Override
    public SourceReader<T, JdbcSplit> createReader(SourceReaderContext context) {
        return new JdbcReader<>(
                context.getIndexOfSubtask(),
                context::sendSplitRequest,
                new JdbcCursor<>(new JdbcScanQuery(connection, scan), mapper, RetryPolicy.defaults()),
                scan.fetchSize());
    }

    @Override
    public SimpleVersionedSerializer<JdbcSplit> getSplitSerializer() {
        return new JdbcSplitCodec();
    }

    @Override
    public SimpleVersionedSerializer<JdbcSplitCodec.Pending> getEnumeratorCheckpointSerializer() {
        return JdbcSplitCodec.Pending.CODEC;
    }

    @Override
    public TypeInformation<T> getProducedType() {
        return type;
    }
}
