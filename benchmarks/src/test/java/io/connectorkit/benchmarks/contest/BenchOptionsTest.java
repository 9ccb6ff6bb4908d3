package io.connectorkit.benchmarks.contest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BenchOptionsTest {

    @Test
    void namesComeFirstAndJmhOptionsLast() {
        BenchOptions options = BenchOptions.parse("writer", "--quick", "-f", "3", "-p", "keys=ZIPF");

        assertThat(options.quick()).isTrue();
        assertThat(options.jmh()).containsExactly("-f", "3", "-p", "keys=ZIPF");
        assertThat(options.selects("WriterBenchmark")).isTrue();
        assertThat(options.selects("KeyBenchmark")).isFalse();
    }

    @Test
    void withoutNamesAllAreSelected() {
        assertThat(BenchOptions.parse().selects("anything")).isTrue();
    }

    @Test
    void compareTakesTwoFolders() {
        assertThat(BenchOptions.parse("--compare", "old", "new").compare())
                .containsExactly(Path.of("old"), Path.of("new"));
        assertThatThrownBy(() -> BenchOptions.parse("--compare", "old"))
                .hasMessageStartingWith("--compare must have a value");
    }

    @Test
    void unknownOptionsAreRefusedWithTheUsage() {
        assertThatThrownBy(() -> BenchOptions.parse("--fast"))
                .hasMessageStartingWith("unknown option --fast")
                .hasMessageContaining("dev/bench --compare OLD NEW");
    }
}
