package io.connectorkit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.aws.dynamodb.DynamoDbTableFactory;
import io.connectorkit.aws.firehose.FirehoseTableFactory;
import io.connectorkit.aws.kinesis.KinesisTableFactory;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.table.SinkTableKeys;
import io.connectorkit.table.TableOptions;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.catalog.CatalogTable;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ObjectIdentifier;
import org.apache.flink.table.catalog.ResolvedCatalogTable;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.factories.DynamicTableFactory;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.Protocol;

/** Tables of the official connectors' documentation, each option under its name and with its meaning. */
class OfficialOptionsTest {

    /** A table of one connector as its documentation has it, with each of its sink's options. */
    record Official(DynamicTableSinkFactory factory, Map<String, String> required, List<String> partitionKeys) {
        @Override
        public String toString() {
            return factory.factoryIdentifier();
        }
    }

    static List<Official> official() {
        return List.of(
                new Official(
                        new KinesisTableFactory(),
                        Map.of(
                                "stream.arn",
                                "arn:aws:kinesis:eu-west-1:123456789012:stream/orders",
                                "format",
                                "json",
                                "sink.partitioner-field-delimiter",
                                "-"),
                        List.of("id")),
                new Official(
                        new FirehoseTableFactory(), Map.of("delivery-stream", "orders", "format", "json"), List.of()),
                new Official(new DynamoDbTableFactory(), Map.of("table-name", "orders"), List.of("id")));
    }

    private static final Map<String, String> COMMON = Map.ofEntries(
            Map.entry("aws.region", "eu-west-1"),
            Map.entry("aws.endpoint", "https://vpce.example.com"),
            Map.entry("aws.trust.all.certificates", "true"),
            Map.entry("aws.credentials.provider", "ASSUME_ROLE"),
            Map.entry("aws.credentials.basic.accesskeyid", "AKIABASE"),
            Map.entry("aws.credentials.basic.secretkey", "secret"),
            Map.entry("aws.credentials.profile.path", "/etc/aws"),
            Map.entry("aws.credentials.profile.name", "team"),
            Map.entry("aws.credentials.role.arn", "arn:aws:iam::123456789012:role/writer"),
            Map.entry("aws.credentials.role.sessionName", "flink"),
            Map.entry("aws.credentials.role.externalId", "customer-7"),
            Map.entry("aws.credentials.role.stsEndpoint", "https://sts.example.com"),
            Map.entry("aws.credentials.role.provider", "PROFILE"),
            Map.entry("aws.credentials.webIdentityToken.file", "/var/token"),
            Map.entry("aws.credentials.custom.class", "com.example.Provider"),
            Map.entry("sink.http-client.max-concurrency", "100"),
            Map.entry("sink.http-client.read-timeout", "360000"),
            Map.entry("sink.http-client.protocol.version", "HTTP2"),
            Map.entry("sink.batch.max-size", "10"),
            Map.entry("sink.requests.max-inflight", "16"),
            Map.entry("sink.requests.max-buffered", "10000"),
            Map.entry("sink.flush-buffer.size", "1048576"),
            Map.entry("sink.flush-buffer.timeout", "5000"),
            Map.entry("sink.fail-on-error", "true"));

    private static DynamicTableFactory.Context context(List<String> partitionKeys, Map<String, String> options) {
        ResolvedSchema schema =
                ResolvedSchema.of(Column.physical("id", DataTypes.STRING()), Column.physical("v", DataTypes.STRING()));
        CatalogTable table = CatalogTable.newBuilder()
                .schema(Schema.newBuilder().fromResolvedSchema(schema).build())
                .partitionKeys(partitionKeys)
                .options(options)
                .build();
        return new FactoryUtil.DefaultDynamicTableContext(
                ObjectIdentifier.of("c", "d", "t"),
                new ResolvedCatalogTable(table, schema),
                Map.of(),
                new Configuration(),
                OfficialOptionsTest.class.getClassLoader(),
                false);
    }

    private static AwsOptions read(String... keysAndValues) {
        return read(AwsTableKeys::read, keysAndValues);
    }

    private static <T> T read(Function<TableOptions, T> reader, String... keysAndValues) {
        Map<String, String> options = new HashMap<>(Map.of("table-name", "orders"));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            options.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return reader.apply(TableOptions.of(new DynamoDbTableFactory(), context(List.of("id"), options))
                .check());
    }

    @ParameterizedTest
    @MethodSource("official")
    void aTableWithEveryOptionOfTheDocumentationMovesByChangingOneWord(Official official) {
        Map<String, String> options = new HashMap<>(COMMON);
        options.putAll(official.required());
        options.put("connector", official.factory().factoryIdentifier());
        assertThat(official.factory()
                        .createDynamicTableSink(context(official.partitionKeys(), options))
                        .asSummaryString())
                .contains("orders");
    }

    @ParameterizedTest
    @MethodSource("official")
    void whatIsNotTakenIsToldAndNotPassedOver(Official official) {
        Map<String, String> options = new HashMap<>(official.required());
        options.put("sink.producer.aggregation-enabled", "true");
        assertThatThrownBy(() -> official.factory().createDynamicTableSink(context(official.partitionKeys(), options)))
                .hasMessageContaining("'sink.producer.aggregation-enabled' must be one of its options, which are: [");
    }

    @Test
    void optionsOfTheClientMeanWhatTheyMeanThere() {
        assertThat(read(
                        "aws.region", "eu-west-1",
                        "aws.endpoint", "https://vpce.example.com",
                        "aws.trust.all.certificates", "true",
                        "sink.http-client.max-concurrency", "100",
                        "sink.http-client.read-timeout", "360000",
                        "sink.http-client.protocol.version", "HTTP2"))
                .isEqualTo(AwsOptions.defaults()
                        .withEndpoint(URI.create("https://vpce.example.com"), "eu-west-1")
                        .trustingAnyCertificate()
                        .withMaxConnections(100)
                        .withTimeouts(Duration.ofSeconds(5), Duration.ofMinutes(6))
                        .withProtocol(Protocol.HTTP2));
        assertThat(read()).isEqualTo(AwsOptions.defaults());
        assertThat(read("sink.http-client.protocol.version", "HTTP1_1").protocol())
                .isEqualTo(Protocol.HTTP1_1);
    }

    @Test
    void theDeadlineOfARequestFollowsTheTimeOfTheClientUnlessItIsSet() {
        Function<TableOptions, SinkOptions> sink = table ->
                AwsTableKeys.awaited(table, SinkTableKeys.ofAsyncSinks().read(table, SinkTuning.forDynamoDb()));
        assertThat(read(sink).requestTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(read(sink, "sink.http-client.read-timeout", "360000").requestTimeout())
                .isEqualTo(Duration.ofMinutes(9));
        assertThat(read(sink, "sink.http-client.read-timeout", "360000", "sink.request-timeout", "10 s")
                        .requestTimeout())
                .isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void optionsOfTheSinkMeanWhatTheyMeanThere() {
        SinkOptions sink = read(
                table -> SinkTableKeys.ofAsyncSinks().read(table, SinkTuning.forDynamoDb()),
                "sink.batch.max-size",
                "10",
                "sink.requests.max-inflight",
                "16",
                "sink.requests.max-buffered",
                "10000",
                "sink.flush-buffer.size",
                "1048576",
                "sink.flush-buffer.timeout",
                "5000",
                "sink.fail-on-error",
                "true");
        SinkTuning tuning = sink.tuning();
        assertThat(tuning.batchEntries()).isEqualTo(10);
        assertThat(tuning.inFlight()).isEqualTo(16);
        assertThat(tuning.bufferedEntries()).isEqualTo(10_000);
        assertThat(tuning.batchBytes()).isEqualTo(MemorySize.ofMebiBytes(1));
        assertThat(tuning.linger()).isEqualTo(Duration.ofSeconds(5));
        assertThat(sink.retry().maxAttempts()).isEqualTo(1);
        assertThatThrownBy(() -> read(
                        table -> SinkTableKeys.ofAsyncSinks().read(table, SinkTuning.forDynamoDb()),
                        "sink.fail-on-error",
                        "true",
                        "sink.dead-letters.path",
                        "file:///letters"))
                .hasMessage("sink.fail-on-error must not be true together with sink.dead-letters.path, which says what"
                        + " else becomes of a failure; leave one of them out");
    }

    // ------------------------------------------------------------------ credentials

    private static AwsCredentials credentials(String... keysAndValues) {
        return read(keysAndValues).credentials();
    }

    @Test
    void keysInTheDdlAreMeantEvenWhereNoProviderIsNamed() {
        String[] keys = {"aws.credentials.basic.accesskeyid", "AKIA", "aws.credentials.basic.secretkey", "secret"};
        assertThat(credentials(keys)).isEqualTo(AwsCredentials.keys("AKIA", "secret"));
        assertThat(credentials(keys[0], keys[1])).isEqualTo(AwsCredentials.defaultChain());
        assertThat(credentials(keys[0], keys[1], keys[2], keys[3], "aws.credentials.provider", "AUTO"))
                .isEqualTo(AwsCredentials.defaultChain());
        assertThat(credentials(
                        keys[0],
                        keys[1],
                        keys[2],
                        keys[3],
                        "aws.credentials.provider",
                        "BASIC",
                        "aws.credentials.basic.sessiontoken",
                        "token"))
                .isEqualTo(AwsCredentials.keys("AKIA", "secret", "token"));
    }

    @Test
    void everyProviderIsItsKindOfCredentials() {
        assertThat(credentials()).isEqualTo(AwsCredentials.defaultChain());
        assertThat(credentials("aws.credentials.provider", "PROFILE")).isEqualTo(AwsCredentials.profile("default"));
        assertThat(credentials(
                        "aws.credentials.provider", "PROFILE",
                        "aws.credentials.profile.name", "team",
                        "aws.credentials.profile.path", "/etc/aws"))
                .isEqualTo(AwsCredentials.profile("team", "/etc/aws"));
        assertThat(credentials(
                        "aws.credentials.provider", "WEB_IDENTITY_TOKEN",
                        "aws.credentials.role.arn", "arn:aws:iam::123456789012:role/writer",
                        "aws.credentials.role.sessionName", "flink",
                        "aws.credentials.role.stsEndpoint", "https://sts.example.com",
                        "aws.credentials.webIdentityToken.file", "/var/token"))
                .isEqualTo(AwsCredentials.webIdentity("arn:aws:iam::123456789012:role/writer", "/var/token")
                        .withSessionName("flink")
                        .withStsEndpoint(URI.create("https://sts.example.com")));
        assertThat(credentials(
                        "aws.credentials.provider", "ASSUME_ROLE",
                        "aws.credentials.role.arn", "arn:aws:iam::123456789012:role/writer",
                        "aws.credentials.role.sessionName", "flink",
                        "aws.credentials.role.externalId", "customer-7",
                        "aws.credentials.role.stsEndpoint", "https://sts.example.com",
                        "aws.credentials.role.provider", "PROFILE",
                        "aws.credentials.profile.name", "team"))
                .isEqualTo(AwsCredentials.assumeRole("arn:aws:iam::123456789012:role/writer")
                        .withSessionName("flink")
                        .withExternalId("customer-7")
                        .withStsEndpoint(URI.create("https://sts.example.com"))
                        .withBase(AwsCredentials.profile("team")));
    }

    /** As a user has it. */
    public static final class OwnProvider implements AwsCredentialsProvider {
        @Override
        public AwsBasicCredentials resolveCredentials() {
            return AwsBasicCredentials.create("AKIAOWN", "secret");
        }
    }

    @Test
    void aClassOfTheUserAndSystemPropertiesAreOpenedWhereTheyAreUsed() {
        assertThat(credentials(
                                "aws.credentials.provider",
                                "CUSTOM",
                                "aws.credentials.custom.class",
                                OwnProvider.class.getName())
                        .open("eu-west-1")
                        .resolveCredentials()
                        .accessKeyId())
                .isEqualTo("AKIAOWN");
        assertThatThrownBy(() -> credentials(
                                "aws.credentials.provider", "CUSTOM", "aws.credentials.custom.class", "no.Such")
                        .open("eu-west-1"))
                .hasMessageContaining("aws.credentials.custom.class must name an AwsCredentialsProvider with a public"
                        + " constructor without arguments, got no.Such");
        String before = System.setProperty("aws.accessKeyId", "AKIAPROPERTY");
        System.setProperty("aws.secretAccessKey", "secret");
        try {
            assertThat(credentials("aws.credentials.provider", "SYS_PROP")
                            .open("eu-west-1")
                            .resolveCredentials()
                            .accessKeyId())
                    .isEqualTo("AKIAPROPERTY");
        } finally {
            if (before == null) {
                System.clearProperty("aws.accessKeyId");
            }
            System.clearProperty("aws.secretAccessKey");
        }
        assertThatThrownBy(() -> credentials("aws.credentials.provider", "ENV_VAR")
                        .open("eu-west-1")
                        .resolveCredentials())
                .hasMessageContaining("AWS_ACCESS_KEY_ID");
    }

    @Test
    void aRoleOfARoleIsToldToBeLeftToTheApi() {
        assertThatThrownBy(() -> credentials(
                        "aws.credentials.provider", "ASSUME_ROLE",
                        "aws.credentials.role.arn", "arn:aws:iam::123456789012:role/writer",
                        "aws.credentials.role.provider", "ASSUME_ROLE"))
                .hasMessage("aws.credentials.role.provider must not be ASSUME_ROLE itself, got ASSUME_ROLE; name a"
                        + " profile whose source_profile assumes the first role, or use AwsCredentials.assumeRole");
    }
}
