package io.connectorkit.aws.shard;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsReadingMetadata;
import org.apache.flink.table.connector.source.abilities.SupportsWatermarkPushDown;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.DataType;
import org.jspecify.annotations.Nullable;

/** The table source of every stream of shards: metadata columns, and a watermark for each shard. */
public final class ShardTable implements ScanTableSource, SupportsReadingMetadata, SupportsWatermarkPushDown {

    /** What a connector can do with its stream. */
    public interface Stream {

        ChangelogMode changelogMode();

        /** The metadata columns there are, with their types. */
        Map<String, DataType> metadata();

        /**
         * Reads the stream as rows.
         *
         * @param metadata the metadata columns wanted, behind the physical ones and in this order
         * @param produced physical columns and metadata
         */
        Source<RowData, ?, ?> source(ScanContext context, List<String> metadata, DataType produced);
    }

    private final String summary;
    private final Stream stream;
    private final @Nullable Integer parallelism;
    private DataType produced;
    private List<String> metadata = List.of();
    private WatermarkStrategy<RowData> watermarks = WatermarkStrategy.noWatermarks();

    /**
     * A table source.
     *
     * @param summary for plans: {@code stream of table 'orders'}; no secrets
     * @param parallelism number of subtasks; null for the job's own
     */
    public ShardTable(String summary, DataType physical, Stream stream, @Nullable Integer parallelism) {
        this.summary = Objects.requireNonNull(summary, "summary");
        this.produced = Objects.requireNonNull(physical, "physical");
        this.stream = Objects.requireNonNull(stream, "stream");
        this.parallelism = parallelism;
    }

    @Override
    public ChangelogMode getChangelogMode() {
        return stream.changelogMode();
    }

    @Override
    public Map<String, DataType> listReadableMetadata() {
        return stream.metadata();
    }

    @Override
    public void applyReadableMetadata(List<String> metadataKeys, DataType producedDataType) {
        metadata = List.copyOf(metadataKeys);
        produced = producedDataType;
    }

    @Override
    public void applyWatermark(WatermarkStrategy<RowData> strategy) {
        watermarks = strategy;
    }

    @Override
    public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
        Source<RowData, ?, ?> source = stream.source(context, metadata, produced);
        WatermarkStrategy<RowData> strategy = watermarks;
        return new DataStreamScanProvider() {
            @Override
            public DataStream<RowData> produceDataStream(ProviderContext provider, StreamExecutionEnvironment env) {
                DataStreamSource<RowData> rows = env.fromSource(source, strategy, summary);
                provider.generateUid("shards").ifPresent(rows::uid);
                return rows;
            }

            @Override
            public boolean isBounded() {
                return source.getBoundedness() == Boundedness.BOUNDED;
            }

            @Override
            public Optional<Integer> getParallelism() {
                return Optional.ofNullable(parallelism);
            }
        };
    }

    @Override
    public DynamicTableSource copy() {
        ShardTable copy = new ShardTable(summary, produced, stream, parallelism);
        copy.metadata = metadata;
        copy.watermarks = watermarks;
        return copy;
    }

    @Override
    public String asSummaryString() {
        return summary;
    }
}
