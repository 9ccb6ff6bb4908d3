package io.connectorkit.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.examples.demo.DemoOptions.Ports;
import io.connectorkit.examples.demo.DemoOptions.UsageException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoOptionsTest {

    private static final String HINT = " (./demo --help lists the options)";

    @Test
    void hasADefaultForEverything() throws Exception {
        assertThat(DemoOptions.parse(List.of())).isEqualTo(DemoOptions.defaults());
        assertThat(DemoOptions.defaults().guard()).isTrue();
        assertThat(DemoOptions.defaults().kills()).isEqualTo(2);
    }

    @Test
    void readsEveryOptionInBothForms() throws Exception {
        DemoOptions options = DemoOptions.parse(List.of(
                "--rows",
                "500",
                "--kills=1",
                "--rate",
                "900",
                "--seed",
                "-7",
                "--guard",
                "off",
                "--redeliver",
                "--keep",
                "--parallelism",
                "4",
                "--dynamodb-port",
                "8001",
                "--elasticsearch-port=9201",
                "--postgres-port",
                "5433",
                "--web-port",
                "8082"));
        assertThat(options)
                .isEqualTo(new DemoOptions(500, 1, 900, -7, false, true, true, 4, new Ports(8001, 9201, 5433, 8082)));
    }

    @Test
    void namesAllProblemsAtOnce() {
        refuses(
                "unknown option --row; --kills must be between 0 and 10, got '11'; --guard must be on or off, got 'maybe'",
                "--row",
                "--kills",
                "11",
                "--guard",
                "maybe");
    }

    @Test
    void namesBoundAndValue() {
        refuses("--rows must be between 200 and 20000, got '20001'", "--rows", "20001");
        refuses("--rows must be between 200 and 20000, got 'many'", "--rows", "many");
        refuses("--seed must be a whole number, got '1.5'", "--seed", "1.5");
        refuses("--web-port must be between 1 and 65535, got '0'", "--web-port", "0");
        refuses("--parallelism must be between 1 and 16, got '0'", "--parallelism=0");
    }

    @Test
    void missesValuesAndRefusesRepeats() {
        refuses("--rows needs a value", "--rows");
        refuses("--rows needs a value", "--rows", "--keep");
        refuses("--kills must be given once", "--kills", "1", "--kills", "2");
        refuses("unknown option 500", "500");
    }

    @Test
    void helpNamesEveryOption() {
        assertThat(DemoOptions.HELP)
                .contains(
                        "--rows",
                        "--rate",
                        "--kills",
                        "--seed",
                        "--parallelism",
                        "--keep",
                        "--redeliver",
                        "--guard",
                        "--dynamodb-port",
                        "--elasticsearch-port",
                        "--postgres-port",
                        "--web-port",
                        "--help");
    }

    private static void refuses(String message, String... args) {
        assertThatThrownBy(() -> DemoOptions.parse(List.of(args)))
                .isInstanceOf(UsageException.class)
                .hasMessage(message + HINT);
    }
}
