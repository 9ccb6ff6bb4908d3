package io.connectorkit.aws.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Sizes by AWS's rules, values by ours, and items in dead letters. */
class ItemSizeTest {

    @ParameterizedTest
    @CsvSource({"0, 1", "7, 2", "42, 2", "123, 3", "-123, 4", "1000, 2", "0.001, 2", "12.50, 3", "1.5E+20, 2"})
    void aNumberIsOneByteAndOneForEveryTwoDigits(String number, int bytes) {
        assertThat(ItemSize.of(AttributeValue.fromN(number))).isEqualTo(bytes);
    }

    @Test
    void stringsCountInUtf8AndCollectionsHaveAFrame() {
        assertThat(ItemSize.utf8("aé\u20AC\uD83D\uDE00")).isEqualTo(1 + 2 + 3 + 4);
        assertThat(ItemSize.of(AttributeValue.fromBool(true))).isEqualTo(1);
        assertThat(ItemSize.of(AttributeValue.fromL(List.of()))).isEqualTo(3);
        assertThat(ItemSize.of(AttributeValue.fromL(List.of(AttributeValue.fromS("ab"), AttributeValue.fromNul(true)))))
                .isEqualTo(3 + (1 + 2) + (1 + 1));
        assertThat(ItemSize.of(AttributeValue.fromM(Map.of("key", AttributeValue.fromN("1")))))
                .isEqualTo(3 + 1 + 3 + 2);
        assertThat(ItemSize.of(AttributeValue.fromB(SdkBytes.fromByteArray(new byte[7]))))
                .isEqualTo(7);
        assertThat(ItemSize.of(Map.of("id", AttributeValue.fromS("x"), "s", AttributeValue.fromSs(List.of("a", "bc")))))
                .isEqualTo(2 + 1 + 1 + 3);
    }

    enum Color {
        RED
    }

    record Nested(int n, String none) {}

    @Test
    void plainValuesHaveTheirAttributes() {
        assertThat(DynamoDbItems.of(Map.of(
                        "enum",
                        Color.RED,
                        "time",
                        Instant.EPOCH,
                        "empty",
                        Optional.empty(),
                        "set",
                        Set.of(3),
                        "none",
                        Set.of(),
                        "nested",
                        new Nested(1, null),
                        "real",
                        0.5)))
                .containsOnly(
                        Map.entry("enum", AttributeValue.fromS("RED")),
                        Map.entry("time", AttributeValue.fromS("1970-01-01T00:00:00Z")),
                        Map.entry("set", AttributeValue.fromNs(List.of("3"))),
                        Map.entry("none", AttributeValue.fromL(List.of())),
                        Map.entry(
                                "nested",
                                AttributeValue.fromM(
                                        Map.of("n", AttributeValue.fromN("1"), "none", AttributeValue.fromNul(true)))),
                        Map.entry("real", AttributeValue.fromN("0.5")));
        assertThatThrownBy(() -> DynamoDbItems.of(Map.of("x", Double.NaN)))
                .hasMessage("a number must be finite (DynamoDB), got NaN");
        assertThatThrownBy(() -> DynamoDbItems.of("text"))
                .hasMessage("an item must be a record or a map, got java.lang.String; map beans with DynamoDbBeans");
    }

    @Test
    void itemsAndStepsInDeadLettersReadBack() throws Exception {
        Map<String, AttributeValue> item = DynamoDbItems.of(Map.of(
                "s",
                "quote\" é\n\uD83D\uDE00",
                "n",
                -1.5,
                "b",
                new byte[] {1, -1},
                "t",
                true,
                "l",
                List.of("x", 1, List.of()),
                "m",
                Map.of("k", Map.of()),
                "ss",
                Set.of("a"),
                "bs",
                Set.of(SdkBytes.fromUtf8String("z"))));
        assertThat(new ItemCodec().decode(new ItemCodec().encode(item))).isEqualTo(item);
        DynamoDbUpdate update =
                DynamoDbUpdate.ofSet(item).withRemove("gone").withRemove("é").withAdd("count", 3);
        assertThat(new UpdateCodec().decode(new UpdateCodec().encode(update))).isEqualTo(update);
        assertThat(update.toString()).doesNotContain("quote");
        assertThatThrownBy(() -> new ItemCodec().decode(new byte[] {'x'}))
                .hasMessage("not an item in DynamoDB's JSON (1 bytes)")
                .hasNoCause();
    }

    @Test
    void tableOptionsTellAllProblemsAtOnce() {
        assertThatThrownBy(() -> new DynamoDbTable(
                        "x", "id", "id", null, new DynamoDbTable.Tombstones("", "expires", java.time.Duration.ZERO)))
                .hasMessage("table-name must be 3 to 255 letters, digits, '_', '-' or '.', or the ARN of a table, got"
                        + " 'x'\nattribute 'id' must have one role, got it twice\ndeleted-at attribute must be a name of"
                        + " 1 to 65535 bytes (DynamoDB), got 0\ntime that tombstones are kept must be at least 1 s, got"
                        + " PT0S\ntombstones must have a version attribute to compare with, got none; add it with"
                        + " withVersion");
        assertThatThrownBy(() -> DynamoDbUpdate.empty().withSet("a", 1).withRemove("a"))
                .hasMessage("attribute 'a' must be set, removed or added to, not two of them");
    }
}
