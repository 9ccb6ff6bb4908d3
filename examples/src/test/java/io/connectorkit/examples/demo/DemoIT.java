package io.connectorkit.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DemoIT {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void bothStoresEqualTheTableAfterTwoKills() {
        int code = demo("--rows", "1500", "--kills", "2", "--redeliver");
        assertThat(code).as(text()).isZero();
        assertThat(number("Kills (\\d+)")).isEqualTo(2);
        assertThat(number("restarts \\d+, replayed ([\\d,]+)")).as(text()).isPositive();
        assertThat(number("delivered again ([\\d,]+)")).as(text()).isPositive();
        assertThat(number("PostgreSQL took [\\d,]+ writes; its version guard refused ([\\d,]+) of them"))
                .as(text())
                .isPositive();
        assertThat(text()).contains("OK: both stores equal the table, row by row.");
    }

    @Test
    void withoutTheGuardTheSameTrafficLeavesStaleRows() {
        int code = demo("--rows", "800", "--kills", "1", "--guard", "off", "--redeliver");
        assertThat(code).as(text()).isEqualTo(1);
        assertThat(number("\\nElasticsearch +[\\d,]+ +[\\d,]+ +([\\d,]+)"))
                .as(text())
                .isPositive();
        assertThat(number("\\nPostgreSQL +[\\d,]+ +[\\d,]+ +([\\d,]+)"))
                .as(text())
                .isPositive();
        assertThat(text()).contains("FAILED: Elasticsearch does not equal the table: ");
    }

    @Test
    void namesTheOptionWhosePortIsTaken() throws Exception {
        for (String option : List.of("--dynamodb-port", "--elasticsearch-port", "--postgres-port", "--web-port")) {
            try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                assertThat(demo(option, Integer.toString(taken.getLocalPort()))).isEqualTo(2);
                assertThat(err.toString(StandardCharsets.UTF_8).lines())
                        .singleElement()
                        .asString()
                        .startsWith("demo: " + option + " must be a free port, got " + taken.getLocalPort());
                err.reset();
            }
        }
    }

    @Test
    void refusesUnknownOptionsInOneLine() {
        assertThat(demo("--row", "5")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("demo: unknown option --row (./demo --help lists the options)");
    }

    private int demo(String... args) {
        Progress progress = new Progress(new PrintStream(out, true, StandardCharsets.UTF_8), 0);
        return Demo.run(List.of(args), progress, new PrintStream(err, true, StandardCharsets.UTF_8), new Resources());
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
    }

    private long number(String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text());
        assertThat(matcher.find()).as("%s in %s", pattern, text()).isTrue();
        return Long.parseLong(matcher.group(1).replace(",", ""));
    }
}
