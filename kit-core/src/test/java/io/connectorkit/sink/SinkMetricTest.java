package io.connectorkit.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.WriteMode;
import io.connectorkit.tck.MemoryStore;
import io.connectorkit.tck.SimulatedStore;
import io.connectorkit.tck.SinkHarness;
import io.connectorkit.tck.VirtualTask;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SinkMetricTest {

    /** The only metric that a sink without dead letters has not. */
    private static final String DEAD_LETTERS = SinkMetric.DEAD_LETTERS.key();

    @Test
    void everyMetricIsListedAndEveryListedOneExists() throws Exception {
        Changes<Change<byte[]>, byte[]> changes = Changes.given(WriteMode.OVERWRITE);
        BatchSink<Change<byte[]>> sink =
                BatchSink.of(changes, MemoryStore.create().destination(WriteMode.OVERWRITE), SinkOptions.defaults());
        Set<String> listed =
                Arrays.stream(SinkMetric.values()).map(SinkMetric::key).collect(Collectors.toCollection(TreeSet::new));
        listed.remove(DEAD_LETTERS);
        try (SinkHarness<Change<byte[]>> harness = SinkHarness.open(sink)) {
            assertThat(harness.metrics().names()).isEqualTo(listed);
        }
    }

    @Test
    void thePageListsThem() throws Exception {
        Path page = Path.of("..", "docs", "metrics.md");
        String table = Arrays.stream(SinkMetric.values()).map(SinkMetric::row).collect(Collectors.joining("\n"));
        if (Boolean.getBoolean("kit.docs.write")) {
            String before = Files.readString(page);
            int start = before.indexOf("<!-- sink metrics from here -->");
            int end = before.indexOf("<!-- to here -->", start);
            Files.writeString(
                    page,
                    before.substring(0, start) + "<!-- sink metrics from here -->\n| name | kind | unit | what |\n"
                            + "|---|---|---|---|\n" + table + "\n" + before.substring(end));
        }
        assertThat(Files.readString(page))
                .as("docs/metrics.md; write it with -Dtest=SinkMetricTest -Dkit.test.jvmargs=-Dkit.docs.write=true")
                .contains(table);
    }

    @Test
    void saysWhatKeepsTheSinkFromGoingFaster() throws Exception {
        VirtualTask task = new VirtualTask();
        SimulatedStore<Long> store =
                new SimulatedStore<>(task, 1, Ordering.FIFO, false, 10, 10, new SimulatedStore.Script<>() {});
        Changes<Long, Long> changes = Changes.of(number -> ChangeKey.of(number % 2), number -> number);
        SinkOptions options =
                SinkOptions.defaults().withTuning(SinkTuning.defaults().withWindow(1, 2));
        try (SinkHarness<Long> sink = SinkHarness.open(BatchSink.of(changes, store, options), task)) {
            assertThat(sink.metrics().gauge("bottleneck")).isEqualTo("source");
            for (long number : List.of(0L, 1L)) {
                sink.write(number);
            }
            assertThat(sink.metrics().gauge("bottleneck")).isEqualTo("sink.in-flight");
            sink.flush();
            sink.write(0L);
            sink.write(2L);
            sink.write(4L);
            assertThat(sink.metrics().gauge("bottleneck")).isEqualTo("hot keys");
            sink.flush();
        }
    }
}
