package io.connectorkit.mongodb;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.SimpleUserCodeClassLoader;
import org.apache.flink.util.UserCodeClassLoader;

/** Drives the reader of a source without a cluster: splits in, documents out, checkpoints at any document. */
final class ReaderFixture<T> implements AutoCloseable {

    private final SourceReader<T, MongoSplit> reader;
    private final List<T> emitted = new ArrayList<>();
    private boolean ended;

    ReaderFixture(MongoSource<T> source, List<MongoSplit> splits) {
        this.reader = source.createReader(new Context());
        reader.addSplits(splits);
        reader.notifyNoMoreSplits();
        reader.start();
    }

    /** Reads until {@code most} documents were emitted or there are no more. */
    List<T> read(int most) throws Exception {
        while (!ended && emitted.size() < most) {
            InputStatus status = reader.pollNext(new Output());
            if (status == InputStatus.NOTHING_AVAILABLE) {
                reader.isAvailable().get(60, TimeUnit.SECONDS);
            }
            ended = status == InputStatus.END_OF_INPUT;
        }
        return emitted;
    }

    /** As a checkpoint stores it: written and read again. */
    List<MongoSplit> snapshot() throws Exception {
        List<MongoSplit> restored = new ArrayList<>();
        for (MongoSplit split : reader.snapshotState(1)) {
            byte[] bytes = BsonSerializer.splits().serialize(split);
            restored.add(BsonSerializer.splits().deserialize(1, bytes));
        }
        return restored;
    }

    @Override
    public void close() throws Exception {
        reader.close();
    }

    private final class Output implements ReaderOutput<T> {
        @Override
        public void collect(T record) {
            emitted.add(record);
        }

        @Override
        public void collect(T record, long timestamp) {
            emitted.add(record);
        }

        @Override
        public void emitWatermark(Watermark watermark) {}

        @Override
        public void markIdle() {}

        @Override
        public void markActive() {}

        @Override
        public SourceOutput<T> createOutputForSplit(String splitId) {
            return this;
        }

        @Override
        public void releaseOutputForSplit(String splitId) {}
    }

    private static final class Context implements SourceReaderContext {
        @Override
        public SourceReaderMetricGroup metricGroup() {
            return UnregisteredMetricsGroup.createSourceReaderMetricGroup();
        }

        @Override
        public Configuration getConfiguration() {
            return new Configuration();
        }

        @Override
        public String getLocalHostName() {
            return "localhost";
        }

        @Override
        public int getIndexOfSubtask() {
            return 0;
        }

        @Override
        public void sendSplitRequest() {}

        @Override
        public void sendSourceEventToCoordinator(SourceEvent event) {}

        @Override
        public UserCodeClassLoader getUserCodeClassLoader() {
            return SimpleUserCodeClassLoader.create(ReaderFixture.class.getClassLoader());
        }
    }
}
