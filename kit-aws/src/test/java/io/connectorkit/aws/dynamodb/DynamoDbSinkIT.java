package io.connectorkit.aws.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.aws.AwsCredentials;
import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.AwsServers;
import io.connectorkit.aws.Letters;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.DeadLetter;
import io.connectorkit.sink.BatchSink;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.tck.SinkHarness;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbBean;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbPartitionKey;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** The sink as a user builds it, on a real table. */
@ExtendWith(AwsServers.Shared.class)
class DynamoDbSinkIT {

    private static final int ITEM_BYTES = 400 * 1_024;

    private final AwsServers servers;

    DynamoDbSinkIT(AwsServers servers) {
        this.servers = servers;
    }

    record Row(Object id, Object line, long version, Map<String, AttributeValue> item) {
        static Row of(Object id, String text) {
            return new Row(id, null, 0, Map.of("text", AttributeValue.fromS(text)));
        }
    }

    private static Changes<Row, Map<String, AttributeValue>> changes() {
        return Changes.<Row, Map<String, AttributeValue>>of(
                        row -> row.line() == null ? ChangeKey.of(row.id()) : ChangeKey.of(row.id(), row.line()),
                        Row::item)
                .withDeletes(row -> row.item() == null);
    }

    private static Changes<Row, Map<String, AttributeValue>> versioned() {
        return changes().withVersion(row -> ChangeVersion.of(row.version()));
    }

    private static SinkHarness<Row> open(BatchSink<Row> sink, Letters letters) throws Exception {
        return SinkHarness.open(sink.deadLettersTo(letters));
    }

    // ------------------------------------------------------------------ what DynamoDB does not take

    @Test
    void anItemOfOneByteTooManyIsKeptAndOneOfExactlyTheLimitIsWritten() throws Exception {
        try (Table table = Table.create(servers.dynamoDb())) {
            // Name and value of the key, and the name of the other attribute.
            int frame = "id".length() + "k".length() + "text".length();
            Letters letters = new Letters();
            try (SinkHarness<Row> sink =
                    open(DynamoDbSink.of(changes(), DynamoDbTable.of(table.name, "id"), table.aws), letters)) {
                sink.write(Row.of("k", "x".repeat(ITEM_BYTES - frame)));
                sink.write(Row.of("l", "x".repeat(ITEM_BYTES - frame + 1)));
                sink.write(Row.of("m", "small"));
                sink.flush();
            }
            assertThat(table.items().keySet()).containsExactlyInAnyOrder(ChangeKey.of("k"), ChangeKey.of("m"));
            assertThat(letters.letters).singleElement().satisfies(letter -> {
                assertThat(letter.key()).isEqualTo("l");
                assertThat(letter.message()).isEqualTo("it has 409601 bytes, sink.record.max-bytes allows 409600");
            });
        }
    }

    @Test
    void anEmptyKeyIsRefusedWithItsNameAndTheOthersAreWritten() throws Exception {
        try (Table table = Table.create(servers.dynamoDb(), ScalarAttributeType.S, ScalarAttributeType.S)) {
            Letters letters = new Letters();
            try (SinkHarness<Row> sink =
                    open(DynamoDbSink.of(changes(), DynamoDbTable.of(table.name, "id", "line"), table.aws), letters)) {
                sink.write(new Row("a", "", 0, Map.of()));
                sink.write(new Row("a", "b", 0, Map.of()));
                sink.write(new Row("a", null, 0, Map.of()));
                sink.write(new Row("a", 7, 0, Map.of()));
                sink.flush();
            }
            assertThat(table.items()).containsOnlyKeys(ChangeKey.of("a", "b"));
            assertThat(letters.letters)
                    .extracting(DeadLetter::message)
                    .containsExactlyInAnyOrder(
                            "key attribute 'line' must be 1 to 1024 bytes of text (DynamoDB), got an empty string",
                            "key must have 2 parts for 'id' and 'line', got 1: a",
                            "key attribute 'line' must be of type S (as the table has it), got N");
        }
    }

    @Test
    void aRefusedNumberIsKeptWithoutItsValueAndTheRestOfTheBatchIsWritten() throws Exception {
        try (Table table = Table.create(servers.dynamoDb())) {
            Letters letters = new Letters();
            try (SinkHarness<Row> sink =
                    open(DynamoDbSink.of(changes(), DynamoDbTable.of(table.name, "id"), table.aws), letters)) {
                for (int i = 0; i < 25; i++) {
                    sink.write(
                            i == 13
                                    ? new Row("bad", null, 0, Map.of("n", AttributeValue.fromN("s3cr3t")))
                                    : Row.of("k" + i, "v"));
                }
                sink.flush();
                assertThat(sink.metric("bisected")).isPositive();
            }
            assertThat(table.items()).hasSize(24);
            assertThat(letters.letters).singleElement().satisfies(letter -> {
                assertThat(letter.key()).isEqualTo("bad");
                assertThat(letter.message()).startsWith("ValidationException: ").doesNotContain("s3cr3t");
            });
            // Mended by hand and replayed.
            try (SinkHarness<DeadLetter> sink = SinkHarness.open(DynamoDbSink.of(
                    DynamoDbSink.replay(WriteMode.OVERWRITE), DynamoDbTable.of(table.name, "id"), table.aws))) {
                DeadLetter letter = letters.letters.get(0);
                sink.write(new DeadLetter(
                        letter.destination(),
                        letter.operation(),
                        letter.key(),
                        letter.version(),
                        "{\"n\":{\"N\":\"12\"}}".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        letter.causeClass(),
                        letter.message(),
                        letter.attempts(),
                        letter.timeMillis()));
                sink.flush();
            }
            assertThat(table.item("bad")).containsEntry("n", AttributeValue.fromN("12"));
        }
    }

    @Test
    void aMissingTableIsToldAtTheStartInTheServicesWords() {
        AwsOptions aws = servers.dynamoDb();
        assertThatThrownBy(() -> SinkHarness.open(DynamoDbSink.of(changes(), DynamoDbTable.of("nowhere", "id"), aws)))
                .hasMessage(
                        "DynamoDB table 'nowhere' could not be opened: DynamoDB table 'nowhere' (region us-east-1 at "
                                + aws.endpoint() + ") must answer and be open to these credentials, got"
                                + " ResourceNotFoundException: Cannot do operations on a non-existent table; create it, or"
                                + " correct its name, region or endpoint");
    }

    @Test
    void aTableThatVanishesEndsTheJobWithinSeconds() throws Exception {
        Table table = Table.create(servers.dynamoDb());
        try (SinkHarness<Row> sink =
                SinkHarness.open(DynamoDbSink.of(changes(), DynamoDbTable.of(table.name, "id"), table.aws))) {
            table.close();
            sink.write(Row.of("k", "v"));
            assertThatThrownBy(sink::flush)
                    .hasMessageContaining("DynamoDB table '" + table.name + "' cannot be written to:"
                            + " ResourceNotFoundException: ");
        }
    }

    @Test
    void aWrongKeyNameOrAnUnreachableHostIsToldAtTheStart() {
        try (Table table = Table.create(servers.dynamoDb())) {
            assertThatThrownBy(() -> SinkHarness.open(
                            DynamoDbSink.of(changes(), DynamoDbTable.of(table.name, "ID", "line"), table.aws)))
                    .hasMessageContaining("partition key of DynamoDB table '" + table.name
                            + "' must be 'id', as the table has it, got 'ID'");
            AwsOptions nobody = AwsOptions.defaults()
                    .withEndpoint(URI.create("http://127.0.0.1:1"), "eu-west-1")
                    .withCredentials(AwsCredentials.keys("a", "b"));
            assertThatThrownBy(() ->
                            SinkHarness.open(DynamoDbSink.of(changes(), DynamoDbTable.of(table.name, "id"), nobody)))
                    .hasMessageContaining("(region eu-west-1 at http://127.0.0.1:1) must answer")
                    .hasMessageContaining("Connection refused");
        }
    }

    // ------------------------------------------------------------------ what it does take

    @Test
    void duplicateKeysInOneBatchAreOneWriteOfTheLast() throws Exception {
        try (Table table = Table.create(servers.dynamoDb());
                SinkHarness<Row> sink =
                        SinkHarness.open(DynamoDbSink.of(changes(), DynamoDbTable.of(table.name, "id"), table.aws))) {
            for (int i = 0; i < 20; i++) {
                sink.write(Row.of("same", "v" + i));
                sink.write(Row.of("$", "v" + i));
                sink.write(Row.of("s$ame", "v" + i));
            }
            sink.flush();
            assertThat(sink.metric("requests")).isEqualTo(1);
            assertThat(table.items()).hasSize(3).allSatisfy((key, item) -> assertThat(item)
                    .containsEntry("text", AttributeValue.fromS("v19")));
        }
    }

    @Test
    void longStringsAndBinaryAndNumberKeysAreWritten() throws Exception {
        try (Table binary = Table.create(servers.dynamoDb(), ScalarAttributeType.B, ScalarAttributeType.N)) {
            byte[] id = {0, -1, 127};
            String text = "é".repeat(35_000);
            try (SinkHarness<Row> sink = SinkHarness.open(
                    DynamoDbSink.of(changes(), DynamoDbTable.of(binary.name, "id", "line"), binary.aws))) {
                sink.write(
                        new Row(id, new java.math.BigDecimal("-1.50"), 0, Map.of("text", AttributeValue.fromS(text))));
                sink.write(new Row(id, 1.0e20, 0, Map.of("text", AttributeValue.fromS("big"))));
                sink.flush();
            }
            Map<ChangeKey, Map<String, AttributeValue>> items = binary.items();
            assertThat(items).hasSize(2);
            assertThat(items.get(ChangeKey.of(id, -1.5)).get("text").s()).isEqualTo(text);
            assertThat(items.get(ChangeKey.of(id, 1e20)).get("text").s()).isEqualTo("big");
        }
    }

    /** As the SDK's enhanced client maps it. */
    @DynamoDbBean
    public static class Order {
        private String id;
        private int amount;
        private List<String> tags;

        @DynamoDbPartitionKey
        public String getId() {
            return id;
        }

        public void setId(String id) {
            this.id = id;
        }

        public int getAmount() {
            return amount;
        }

        public void setAmount(int amount) {
            this.amount = amount;
        }

        public List<String> getTags() {
            return tags;
        }

        public void setTags(List<String> tags) {
            this.tags = tags;
        }
    }

    record Point(int x, SdkBytes raw) {}

    record Shape(String id, List<Point> points, String none) {}

    @Test
    void beansAndRecordsBecomeItems() throws Exception {
        try (Table table = Table.create(servers.dynamoDb())) {
            DynamoDbTable orders = DynamoDbTable.of(table.name, "id");
            Order order = new Order();
            order.setId("bean");
            order.setAmount(3);
            order.setTags(List.of("a"));
            try (SinkHarness<Order> sink = SinkHarness.open(DynamoDbSink.of(
                    Changes.<Order, Map<String, AttributeValue>>of(
                            o -> ChangeKey.of(o.getId()), DynamoDbBeans.of(Order.class)),
                    orders,
                    table.aws))) {
                sink.write(order);
                sink.flush();
            }
            Shape shape = new Shape("record", List.of(new Point(1, SdkBytes.fromByteArray(new byte[] {9}))), null);
            try (SinkHarness<Shape> sink = SinkHarness.open(DynamoDbSink.of(
                    Changes.<Shape, Map<String, AttributeValue>>of(s -> ChangeKey.of(s.id()), DynamoDbItems::of),
                    orders,
                    table.aws))) {
                sink.write(shape);
                sink.flush();
            }
            assertThat(table.item("bean"))
                    .containsOnly(
                            Map.entry("id", AttributeValue.fromS("bean")),
                            Map.entry("amount", AttributeValue.fromN("3")),
                            Map.entry("tags", AttributeValue.fromL(List.of(AttributeValue.fromS("a")))));
            assertThat(table.item("record"))
                    .containsOnlyKeys("id", "points")
                    .containsEntry(
                            "points",
                            AttributeValue.fromL(List.of(AttributeValue.fromM(Map.of(
                                    "x", AttributeValue.fromN("1"),
                                    "raw", AttributeValue.fromB(SdkBytes.fromByteArray(new byte[] {9})))))));
        }
    }

    // ------------------------------------------------------------------ the guard

    @Test
    void versionedWritesReplayedInRandomOrder20TimesWithKillsLeaveExactlyTheNewest() throws Exception {
        long seed = 7;
        Random random = new Random(seed);
        List<Row> history = new ArrayList<>();
        Map<ChangeKey, String> expected = new HashMap<>();
        for (int key = 0; key < 40; key++) {
            for (int version = 1; version <= 5; version++) {
                boolean delete = random.nextInt(4) == 0;
                history.add(
                        delete
                                ? new Row("k" + key, null, version, null)
                                : new Row(
                                        "k" + key, null, version, Map.of("text", AttributeValue.fromS("v" + version))));
                if (delete) {
                    expected.remove(ChangeKey.of("k" + key));
                } else {
                    expected.put(ChangeKey.of("k" + key), "v" + version);
                }
            }
        }
        try (Table table = Table.create(servers.dynamoDb())) {
            DynamoDbTable guarded = DynamoDbTable.of(table.name, "id")
                    .withVersion("version")
                    .withTombstones("deletedAt", "expiresAt", Duration.ofHours(1));
            for (int replay = 0; replay < 20; replay++) {
                Collections.shuffle(history, random);
                int kill = replay == 19 ? history.size() : random.nextInt(history.size());
                try (SinkHarness<Row> sink = SinkHarness.open(DynamoDbSink.of(versioned(), guarded, table.aws))) {
                    for (int i = 0; i < kill; i++) {
                        sink.write(history.get(i));
                    }
                    if (kill == history.size()) {
                        sink.flush();
                    }
                }
            }
            Map<ChangeKey, String> alive = new HashMap<>();
            table.items().forEach((key, item) -> {
                if (!item.containsKey("deletedAt")) {
                    alive.put(key, item.get("text").s());
                }
            });
            assertThat(alive).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void aVersionOfAnotherTypeIsToldInsteadOfMakingEverythingStale() throws Exception {
        try (Table table = Table.create(servers.dynamoDb())) {
            table.put(Map.of("id", AttributeValue.fromS("k"), "version", AttributeValue.fromS("12")));
            try (SinkHarness<Row> sink = SinkHarness.open(DynamoDbSink.of(
                    versioned(), DynamoDbTable.of(table.name, "id").withVersion("version"), table.aws))) {
                sink.write(new Row("k", null, 13, Map.of()));
                assertThatThrownBy(sink::flush)
                        .hasMessageContaining("key=k was refused, and version attribute 'version' must hold a number"
                                + " (withVersion), got type S of 2 chars; name another attribute or rewrite the table");
            }
        }
    }

    @Test
    void versionsOfSixtyDigitsAreGuardedAsText() throws Exception {
        String wide = "9".repeat(59);
        try (Table table = Table.create(servers.dynamoDb())) {
            Changes<String, Map<String, AttributeValue>> byText = Changes.<String, Map<String, AttributeValue>>of(
                            digits -> ChangeKey.of("k"), digits -> Map.of("text", AttributeValue.fromS(digits)))
                    .withVersion(ChangeVersion::of);
            DynamoDbTable text =
                    DynamoDbTable.of(table.name, "id").withVersion("version", DynamoDbTable.VersionType.TEXT);
            try (SinkHarness<String> sink = SinkHarness.open(DynamoDbSink.of(byText, text, table.aws))) {
                for (String digits : List.of("5", wide, "123", "0")) {
                    sink.write(digits);
                    sink.flush();
                }
                assertThat(sink.metric("staleDropped")).isEqualTo(2);
            }
            assertThat(table.item("k")).containsEntry("text", AttributeValue.fromS(wide));
            Letters letters = new Letters();
            DynamoDbTable number = DynamoDbTable.of(table.name, "id").withVersion("number");
            try (SinkHarness<String> sink =
                    SinkHarness.open(DynamoDbSink.of(byText, number, table.aws).deadLettersTo(letters))) {
                sink.write(wide);
                sink.flush();
            }
            assertThat(letters.letters)
                    .extracting(DeadLetter::message)
                    .containsExactly("version must have at most 38 digits (a DynamoDB number), got 59; store it with"
                            + " withVersion(attribute, VersionType.TEXT)");
        }
    }

    // ------------------------------------------------------------------ steps

    record Step(String id, long version, DynamoDbUpdate update) {}

    private static Changes<Step, DynamoDbUpdate> steps() {
        return Changes.<Step, DynamoDbUpdate>of(step -> ChangeKey.of(step.id()), Step::update)
                .withDeletes(step -> step.update() == null);
    }

    @Test
    void stepsOfAKeyAreAppliedInOrderAndLeaveOtherAttributes() throws Exception {
        try (Table table = Table.create(servers.dynamoDb())) {
            table.put(Map.of("id", AttributeValue.fromS("k"), "kept", AttributeValue.fromS("kept")));
            DynamoDbUpdate visit = DynamoDbUpdate.empty().withAdd("visits", 1);
            try (SinkHarness<Step> sink =
                    SinkHarness.open(DynamoDbSink.updates(steps(), DynamoDbTable.of(table.name, "id"), table.aws))) {
                for (int i = 0; i < 30; i++) {
                    sink.write(new Step("k", i, visit.withSet("last.seen", "at " + i)));
                }
                sink.write(new Step("k", 30, DynamoDbUpdate.empty().withSet("gone", true)));
                sink.write(new Step("k", 31, DynamoDbUpdate.empty().withRemove("gone")));
                sink.write(new Step("new", 1, DynamoDbUpdate.empty()));
                sink.flush();
            }
            assertThat(table.item("k"))
                    .containsOnly(
                            Map.entry("id", AttributeValue.fromS("k")),
                            Map.entry("kept", AttributeValue.fromS("kept")),
                            Map.entry("visits", AttributeValue.fromN("30")),
                            Map.entry("last.seen", AttributeValue.fromS("at 29")));
            assertThat(table.item("new")).containsOnlyKeys("id");
        }
    }

    @Test
    void aReplayedStepWithAVersionDoesNotCountTwice() throws Exception {
        try (Table table = Table.create(servers.dynamoDb())) {
            DynamoDbTable guarded = DynamoDbTable.of(table.name, "id")
                    .withVersion("version")
                    .withTombstones("deletedAt", "expiresAt", Duration.ofHours(1));
            Changes<Step, DynamoDbUpdate> changes = steps().withVersion(step -> ChangeVersion.of(step.version()));
            List<Step> history = new ArrayList<>();
            for (int i = 1; i <= 10; i++) {
                history.add(new Step(
                        "k",
                        i,
                        i == 4
                                ? null
                                : DynamoDbUpdate.empty().withAdd("visits", 1).withSet("v", i)));
            }
            for (int replay = 0; replay < 3; replay++) {
                try (SinkHarness<Step> sink = SinkHarness.open(DynamoDbSink.updates(changes, guarded, table.aws))) {
                    for (Step step : history) {
                        sink.write(step);
                    }
                    sink.flush();
                    assertThat(sink.metric("staleDropped")).isEqualTo(replay == 0 ? 0 : 10);
                }
            }
            assertThat(table.item("k"))
                    .as("the tombstone's attributes are gone, and the count began anew behind it")
                    .containsOnly(
                            Map.entry("id", AttributeValue.fromS("k")),
                            Map.entry("version", AttributeValue.fromN("10")),
                            Map.entry("v", AttributeValue.fromN("10")),
                            Map.entry("visits", AttributeValue.fromN("6")));
        }
    }

    // ------------------------------------------------------------------ options

    @Test
    void refusesWhatDoesNotGoTogether() {
        AwsOptions aws = AwsOptions.of("eu-west-1");
        DynamoDbTable table = DynamoDbTable.of("orders", "id");
        assertThatThrownBy(() -> DynamoDbSink.of(versioned(), table, aws))
                .hasMessage("version attribute of table 'orders' must be set when the changes have a version, got none;"
                        + " add it with withVersion");
        assertThatThrownBy(() -> DynamoDbSink.of(changes(), table.withVersion("v"), aws))
                .hasMessage("version attribute of table 'orders' must not be set when the changes have no version,"
                        + " got 'v'; give the changes one with Changes.withVersion");
        assertThatThrownBy(() -> DynamoDbSink.of(
                        changes(), table, aws, SinkOptions.defaults().withTuning(SinkTuning.defaults())))
                .hasMessageContaining(
                        "sink.batch.max-entries must be between 1 and 25 (DynamoDB BatchWriteItem), got 500");
    }
}
