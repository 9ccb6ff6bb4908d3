package io.connectorkit.benchmarks.contest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class ThroughputsTest {

    @Test
    void everyListedBenchmarkLoadsAndHasANameOfItsOwn() {
        List<String> names = ServiceLoader.load(Throughput.class).stream()
                .map(ServiceLoader.Provider::get)
                .map(Throughput::name)
                .toList();

        assertThat(names).isNotEmpty().doesNotHaveDuplicates();
    }

    @Test
    void everyHotPathSaysWhatItIsComparedWith() throws Exception {
        for (String type : JmhRun.types()) {
            assertThat(Class.forName(type)).hasAnnotation(Against.class);
        }
    }
}
