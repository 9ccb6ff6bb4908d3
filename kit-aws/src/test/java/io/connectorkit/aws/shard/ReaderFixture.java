package io.connectorkit.aws.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.flink.metrics.testutils.MetricListener;
import org.apache.flink.runtime.metrics.groups.InternalSourceReaderMetricGroup;
import org.apache.flink.util.Collector;
import org.apache.flink.util.UserCodeClassLoader;

/** A reader on scripted shards and manual time, and everything it said. */
final class ReaderFixture implements SourceReaderContext, ReaderOutput<String> {

    final FakeShardApi api;
    final ManualTime time;
    final List<String> emitted = new ArrayList<>();
    final List<Long> timestamps = new ArrayList<>();
    final List<SourceEvent> events = new ArrayList<>();
    final List<String> outputs = new ArrayList<>();
    final ShardReader<String, String> reader;
    private final MetricListener metrics = new MetricListener();
    private final SourceReaderMetricGroup group = InternalSourceReaderMetricGroup.mock(metrics.getMetricGroup());

    /** Each record as it is, except that "twice" doubles it and "bad" fails. */
    static final class Words implements ShardDeserializer<String, String> {
        private static final long serialVersionUID = 1L;

        @Override
        public void deserialize(String record, Collector<String> out) {
            if (record.startsWith("bad")) {
                throw new IllegalArgumentException("not a word");
            }
            out.collect(record);
            if (record.startsWith("twice")) {
                out.collect(record);
            }
        }

        @Override
        public TypeInformation<String> getProducedType() {
            return Types.STRING;
        }
    }

    ReaderFixture(FakeShardApi api, ManualTime time, ShardSourceOptions options) {
        this.api = api;
        this.time = time;
        this.reader = new ShardReader<>(this, api, new Words(), options, time, time, new Random(1));
    }

    ReaderFixture(FakeShardApi api) {
        this(api, new ManualTime(), ShardSourceOptions.defaults());
    }

    /** Starts as after a restore. */
    ReaderFixture restored(List<ShardSplit> splits) {
        reader.addSplits(splits);
        reader.start();
        return this;
    }

    ReaderFixture reading(String... shardIds) {
        reader.start();
        for (String id : shardIds) {
            reader.addSplits(List.of(ShardSplit.at("s", id, ShardPosition.trimHorizon())));
        }
        return this;
    }

    /** Emits what is there; at most {@code polls} calls. */
    int poll(int polls) {
        int before = emitted.size();
        for (int i = 0; i < polls && reader.isAvailable().isDone(); i++) {
            if (reader.pollNext(this) == InputStatus.END_OF_INPUT) {
                break;
            }
        }
        return emitted.size() - before;
    }

    int pollAll() {
        return poll(Integer.MAX_VALUE);
    }

    /** Time passes in small steps, the task thread emitting all the while. */
    void run(long millis) {
        for (long passed = 0; passed < millis; passed += 10) {
            pollAll();
            time.advance(10);
        }
        pollAll();
    }

    /** Shards whose end was told. */
    List<String> ended() {
        return events.stream()
                .filter(event -> event instanceof ShardEvent.Ended)
                .map(event -> ((ShardEvent.Ended) event).shardId())
                .toList();
    }

    List<String> of(String shardId) {
        return emitted.stream()
                .filter(record -> record.startsWith(shardId + ":"))
                .toList();
    }

    long count(String name) {
        return metrics.getCounter(name).map(Counter::getCount).orElseThrow();
    }

    long gauge(String name) {
        return metrics.<Long>getGauge(name).map(Gauge::getValue).orElseThrow();
    }

    @Override
    public void collect(String record) {
        throw new AssertionError("emitted without its time");
    }

    @Override
    public void collect(String record, long timestamp) {
        throw new AssertionError("emitted past its shard's output");
    }

    @Override
    public SourceOutput<String> createOutputForSplit(String splitId) {
        outputs.add("+" + splitId);
        return new SourceOutput<>() {
            @Override
            public void collect(String record) {
                throw new AssertionError("emitted without its time");
            }

            @Override
            public void collect(String record, long timestamp) {
                emitted.add(record);
                timestamps.add(timestamp);
            }

            @Override
            public void emitWatermark(Watermark watermark) {}

            @Override
            public void markIdle() {}

            @Override
            public void markActive() {}
        };
    }

    @Override
    public void releaseOutputForSplit(String splitId) {
        outputs.add("-" + splitId);
    }

    @Override
    public void emitWatermark(Watermark watermark) {}

    @Override
    public void markIdle() {}

    @Override
    public void markActive() {}

    @Override
    public SourceReaderMetricGroup metricGroup() {
        return group;
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
    public void sendSplitRequest() {
        throw new AssertionError("readers take what they are given");
    }

    @Override
    public void sendSourceEventToCoordinator(SourceEvent event) {
        events.add(event);
    }

    @Override
    public UserCodeClassLoader getUserCodeClassLoader() {
        throw new UnsupportedOperationException();
    }
}
