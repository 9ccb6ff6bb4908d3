package io.connectorkit.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the README shows is what compiles here. */
class ReadmeTest {

    @Test
    void theReadmeShowsTheExampleAsItIs() throws Exception {
        String source = Files.readString(Path.of("src/main/java/io/connectorkit/examples/orders/OrdersJob.java"));
        String shown = source.substring(source.indexOf("// README from here\n"), source.indexOf("// to here"))
                .lines()
                .skip(1)
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .reduce("", (all, line) -> all + line + "\n");
        String readme = Files.readString(Path.of("../README.md"))
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .reduce("", (all, line) -> all + line + "\n");
        assertThat(readme).contains(shown);
    }
}
