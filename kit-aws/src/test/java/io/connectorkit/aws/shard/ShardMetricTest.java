package io.connectorkit.aws.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.testutils.MetricListener;
import org.apache.flink.runtime.metrics.groups.InternalSplitEnumeratorMetricGroup;
import org.junit.jupiter.api.Test;

class ShardMetricTest {

    private final FakeShardApi api = new FakeShardApi();

    @Test
    void everyMetricOfAReaderIsThereOnceForItAndOnceForEachShard() {
        api.shard("a", false).records("a", 10, 0);
        api.bytesPerRecord = 7;
        ReaderFixture fixture = new ReaderFixture(api).reading("a");
        fixture.run(1000);
        for (ShardMetric metric : ShardMetric.of(ShardMetric.Kind.COUNTER, ShardMetric.Scope.SHARD)) {
            assertThat(fixture.count(metric.key())).isEqualTo(fixture.count("shard.a." + metric.key()));
        }
        assertThat(fixture.count("shard.a.records")).isEqualTo(10);
        assertThat(fixture.count("shard.a.bytes")).isEqualTo(70);
        assertThat(fixture.count("shard.a.gets")).isGreaterThan(2);
        assertThat(fixture.gauge("shard.a.millisBehindLatest")).isBetween(0L, 1000L);
        assertThat(fixture.gauge("openShards")).isEqualTo(1);
        assertThat(fixture.gauge("bufferedRecords")).isZero();
    }

    @Test
    void headroomShrinksWhileAShardCannotBeRead() {
        api.shard("a", false);
        ReaderFixture fixture = new ReaderFixture(api).reading("a");
        fixture.run(1000);
        long day = Duration.ofDays(1).toMillis();
        assertThat(fixture.gauge("headroomMillis")).isBetween(day - 1000, day);
        api.hold("a");
        fixture.time.advance(3_600_000);
        assertThat(fixture.gauge("headroomMillis")).isBetween(day - 3_602_000, day - 3_598_000);
        assertThat(fixture.gauge("shard.a.headroomMillis")).isEqualTo(fixture.gauge("headroomMillis"));
    }

    @Test
    void theEnumeratorShowsItsShards() {
        MetricListener metrics = new MetricListener();
        EnumeratorGauges gauges = new EnumeratorGauges();
        gauges.register(new InternalSplitEnumeratorMetricGroup(metrics.getMetricGroup()));
        ShardGraph graph = new ShardGraph();
        graph.beginWith("s", List.of(new Shard("part", List.of(), true)));
        graph.begin(
                "s",
                List.of(new Shard("a", List.of(), true), new Shard("b", List.of("a"), false)),
                ShardPosition.oldest(),
                false);
        graph.reading("part", 0);
        gauges.show(graph);
        gauges.snapshotRecords(77);
        assertThat(gauge(metrics, "listedShards")).isEqualTo(3);
        assertThat(gauge(metrics, "waitingChildren")).isEqualTo(2);
        assertThat(gauge(metrics, "snapshotPartsLeft")).isEqualTo(1);
        assertThat(gauge(metrics, "snapshotRecords")).isEqualTo(77);
    }

    private static long gauge(MetricListener metrics, String name) {
        return metrics.<Long>getGauge("enumerator." + name)
                .or(() -> metrics.getGauge(name))
                .map(Gauge::getValue)
                .orElseThrow();
    }

    @Test
    void namesAreUnique() {
        Set<String> names = Arrays.stream(ShardMetric.values())
                .map(ShardMetric::key)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(names).hasSize(ShardMetric.values().length);
    }

    @Test
    void thePageListsThem() throws Exception {
        Path page = Path.of("..", "docs", "metrics.md");
        String table = Arrays.stream(ShardMetric.values()).map(ShardMetric::row).collect(Collectors.joining("\n"));
        if (Boolean.getBoolean("kit.docs.write")) {
            String before = Files.readString(page);
            int start = before.indexOf("<!-- source metrics from here -->");
            int end = before.indexOf("<!-- to here -->", start);
            Files.writeString(
                    page,
                    before.substring(0, start)
                            + "<!-- source metrics from here -->\n| name | kind | once for each | unit | what |\n"
                            + "|---|---|---|---|---|\n" + table + "\n" + before.substring(end));
        }
        assertThat(Files.readString(page))
                .as("docs/metrics.md; write it with -Dtest=ShardMetricTest -Dkit.test.jvmargs=-Dkit.docs.write=true")
                .contains(table);
    }
}
