package io.connectorkit.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.failure.RetryPolicy;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.table.TableOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.catalog.CatalogTable;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ObjectIdentifier;
import org.apache.flink.table.catalog.ResolvedCatalogTable;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.factories.FactoryUtil;
import org.junit.jupiter.api.Test;

/** What the words of the official connector mean here. */
class ElasticsearchTableKeysTest {

    private static final RetryPolicy DEFAULTS = RetryPolicy.defaults();

    private static TableOptions table(String... keysAndValues) {
        Map<String, String> written = new HashMap<>(Map.of("hosts", "http://es:9200", "index", "orders"));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            written.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        ResolvedCatalogTable resolved = new ResolvedCatalogTable(
                CatalogTable.newBuilder()
                        .schema(Schema.newBuilder().build())
                        .options(written)
                        .build(),
                ResolvedSchema.of(new Column[0]));
        return TableOptions.of(
                        new ElasticsearchTableFactory(),
                        new FactoryUtil.DefaultDynamicTableContext(
                                ObjectIdentifier.of("c", "d", "t"),
                                resolved,
                                Map.of(),
                                new Configuration(),
                                ElasticsearchTableKeysTest.class.getClassLoader(),
                                true),
                        ElasticsearchTableKeys.HEADERS)
                .check();
    }

    private static SinkOptions sink(String... keysAndValues) {
        return ElasticsearchTableKeys.sinkOptions(table(keysAndValues));
    }

    @Test
    void aCheckpointWaitsForTheSinkUnlessEitherOptionSaysNot() {
        assertThat(sink().flushOnCheckpoint()).isTrue();
        assertThat(sink("sink.delivery-guarantee", "at-least-once").flushOnCheckpoint())
                .isTrue();
        assertThat(sink("sink.flush-on-checkpoint", "false").flushOnCheckpoint())
                .isFalse();
        assertThat(sink("sink.delivery-guarantee", "none").flushOnCheckpoint()).isFalse();
        assertThat(sink("sink.flush-on-checkpoint", "false", "sink.delivery-guarantee", "at-least-once")
                        .flushOnCheckpoint())
                .isFalse();
    }

    @Test
    void aRequestIsFlushedByActionsBytesAndInterval() {
        SinkOptions options = sink(
                "sink.bulk-flush.max-actions", "42",
                "sink.bulk-flush.max-size", "2 mb",
                "sink.bulk-flush.interval", "3 s");
        assertThat(options.tuning().batchEntries()).isEqualTo(42);
        assertThat(options.tuning().batchBytes().getBytes()).isEqualTo(2 << 20);
        assertThat(options.tuning().linger()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void backOffIsNoneConstantOrExponential() {
        assertThat(sink().retry()).isEqualTo(DEFAULTS);
        assertThat(sink("sink.bulk-flush.backoff.strategy", "DISABLED").retry()).isEqualTo(RetryPolicy.never());
        assertThat(sink(
                                "sink.bulk-flush.backoff.strategy", "CONSTANT",
                                "sink.bulk-flush.backoff.max-retries", "3",
                                "sink.bulk-flush.backoff.delay", "50 ms")
                        .retry())
                .isEqualTo(new RetryPolicy(4, Duration.ofMillis(50), Duration.ofMillis(50)));
        assertThat(sink(
                                "sink.bulk-flush.backoff.strategy", "EXPONENTIAL",
                                "sink.bulk-flush.backoff.max-retries", "0",
                                "sink.bulk-flush.backoff.delay", "50 ms")
                        .retry())
                .isEqualTo(new RetryPolicy(1, Duration.ofMillis(50), DEFAULTS.maxDelay()));
        assertThat(sink(
                                "sink.bulk-flush.backoff.strategy", "EXPONENTIAL",
                                "sink.bulk-flush.backoff.delay", "1 h")
                        .retry())
                .isEqualTo(new RetryPolicy(DEFAULTS.maxAttempts(), Duration.ofHours(1), Duration.ofHours(1)));
    }

    @Test
    void backOffInTwoWordsOrOutOfBoundsIsRefused() {
        assertThatThrownBy(() -> sink(
                        "sink.bulk-flush.backoff.strategy", "CONSTANT",
                        "sink.bulk-flush.backoff.max-retries", "-1",
                        "sink.retry.max-attempts", "3"))
                .hasMessage("sink.bulk-flush.backoff.strategy must not be set together with sink.retry.*; keep one\n"
                        + "sink.bulk-flush.backoff.max-retries must be at least 0, got -1");
        assertThatThrownBy(() ->
                        sink("sink.bulk-flush.backoff.strategy", "CONSTANT", "sink.bulk-flush.backoff.delay", "0 ms"))
                .hasMessage("sink.bulk-flush.backoff.delay must be at least 1 ms, got PT0S");
        assertThatThrownBy(() ->
                        sink("sink.bulk-flush.backoff.strategy", "DISABLED", "sink.bulk-flush.backoff.delay", "1 s"))
                .hasMessage("sink.bulk-flush.backoff.max-retries and .delay must be set with a"
                        + " sink.bulk-flush.backoff.strategy of CONSTANT or EXPONENTIAL only, got DISABLED");
    }

    @Test
    void aConnectionIsWhatTheOptionsSay() {
        ElasticsearchOptions options = ElasticsearchTableKeys.connection(
                table(
                        "hosts", "https://a:9200;https://b:9201",
                        "username", "kit",
                        "password", "s3cr3t",
                        "ssl.ca-certificate", "/ca.pem",
                        "connection.path-prefix", "/search",
                        "connection.headers.X-Team", "kit",
                        "connection.timeout", "1 s",
                        "connection.request-timeout", "2 s",
                        "socket.timeout", "3 s",
                        "connection.compressed", "true"),
                "orders");
        assertThat(options)
                .isEqualTo(ElasticsearchOptions.of(List.of("https://a:9200", "https://b:9201"), "orders")
                        .withBasicAuthentication("kit", "s3cr3t")
                        .withCaCertificate("/ca.pem")
                        .withPathPrefix("/search")
                        .withHeaders(Map.of("X-Team", "kit"))
                        .withTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(3))
                        .withConnectionRequestTimeout(Duration.ofSeconds(2))
                        .withCompression());
        assertThat(ElasticsearchTableKeys.connection(table("bearer-token", "t"), "orders"))
                .isEqualTo(ElasticsearchOptions.of("http://es:9200", "orders").withBearerToken("t"));
    }
}
