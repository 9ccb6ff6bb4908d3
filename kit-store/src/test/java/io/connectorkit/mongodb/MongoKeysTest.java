package io.connectorkit.mongodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.ChangeKey;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.UUID;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;

class MongoKeysTest {

    private static final String HEX = "64b7f0c2a1b2c3d4e5f60718";

    private static String id(MongoDocumentOptions documents, ChangeKey key) {
        BsonValue id = new MongoKeys("c", documents).target(key).id();
        return new BsonDocument("_id", id).toJson();
    }

    @Test
    void onePartIsTheIdAsItIs() {
        MongoDocumentOptions documents = MongoDocumentOptions.defaults();
        assertThat(id(documents, ChangeKey.of(HEX))).isEqualTo("{\"_id\": \"" + HEX + "\"}");
        assertThat(id(documents, ChangeKey.of(5))).isEqualTo("{\"_id\": 5}");
        assertThat(id(documents, ChangeKey.of(new BigDecimal("1.50"))))
                .isEqualTo("{\"_id\": {\"$numberDecimal\": \"1.5\"}}");
        assertThat(id(documents, ChangeKey.of(true))).isEqualTo("{\"_id\": true}");
        assertThat(id(documents, ChangeKey.of(new byte[] {1})))
                .isEqualTo("{\"_id\": {\"$binary\": {\"base64\": \"AQ==\", \"subType\": \"00\"}}}");
        assertThat(id(documents, ChangeKey.of(new UUID(0, 1))))
                .isEqualTo("{\"_id\": {\"$binary\": {\"base64\": \"AAAAAAAAAAAAAAAAAAAAAQ==\", \"subType\": \"04\"}}}");
        String date = "{\"_id\": {\"$date\": \"2026-01-02T00:00:00Z\"}}";
        assertThat(id(documents, ChangeKey.of(LocalDate.of(2026, 1, 2)))).isEqualTo(date);
        assertThat(id(documents, ChangeKey.of(LocalDateTime.of(2026, 1, 2, 0, 0))))
                .isEqualTo(date);
        assertThat(id(documents, ChangeKey.of(Instant.parse("2026-01-02T00:00:00Z"))))
                .isEqualTo(date);
        assertThat(id(documents, ChangeKey.of(LocalTime.of(1, 2, 3)))).isEqualTo("{\"_id\": \"01:02:03.000\"}");
    }

    @Test
    void severalPartsAreASubDocumentInTheOrderOfTheirNames() {
        MongoDocumentOptions documents = MongoDocumentOptions.defaults().withIdFields("z", "a");
        assertThat(id(documents, ChangeKey.of("x", 1))).isEqualTo("{\"_id\": {\"z\": \"x\", \"a\": 1}}");
        assertThatThrownBy(() -> id(documents, ChangeKey.of("x")))
                .hasMessage("key must have 2 parts (z, a), got 1 in key=x");
    }

    @Test
    void anObjectIdIsOneOnlyOnRequest() {
        MongoDocumentOptions documents = MongoDocumentOptions.defaults().withObjectIds();
        assertThat(id(documents, ChangeKey.of(HEX))).isEqualTo("{\"_id\": {\"$oid\": \"" + HEX + "\"}}");
        assertThat(id(documents, ChangeKey.of(7))).isEqualTo("{\"_id\": 7}");
        assertThatThrownBy(() -> id(documents, ChangeKey.of("nope")))
                .hasMessage("an ObjectId must have 24 hexadecimal digits, got the key part 'nope'");
    }

    @Test
    void whatWouldMakeTwoKeysOneIsRefused() {
        MongoDocumentOptions documents = MongoDocumentOptions.defaults();
        assertThatThrownBy(() -> id(documents, ChangeKey.of(Instant.parse("2026-01-02T00:00:00.000001Z"))))
                .hasMessage(
                        "a time in a key must be in whole milliseconds (BSON date), got 2026-01-02T00:00:00.000001Z");
        assertThatThrownBy(() -> id(documents, ChangeKey.of(new BigDecimal("0." + "1".repeat(35)))))
                .hasMessageStartingWith("a number in a key must fit Decimal128 (34 digits), got ");
        assertThatThrownBy(() -> id(documents, ChangeKey.of(LocalTime.ofNanoOfDay(1))))
                .hasMessage("a time in a key must be in whole milliseconds (BSON date), got 00:00:00.000000001");
    }

    @Test
    void shardKeyFieldsFollowTheIdUnlessTheyAreInIt() {
        MongoDocumentOptions documents =
                MongoDocumentOptions.defaults().withIdFields("tenant", "id").withShardKey("tenant", "geo.region");
        MongoTarget target = new MongoKeys("c", documents).target(ChangeKey.of("t", 1, "eu"));
        assertThat(target.filter().toJson())
                .isEqualTo("{\"_id\": {\"tenant\": \"t\", \"id\": 1}, \"tenant\": \"t\", \"geo.region\": \"eu\"}");
        assertThatThrownBy(() -> new MongoKeys("c", documents).target(ChangeKey.of("t", 1)))
                .hasMessage("key must have 3 parts (tenant, id, shard key geo.region), got 2 in key=t|1");
    }

    @Test
    void numbersAreEqualByValueWhateverTheirType() {
        BsonDocument numbers = BsonDocument.parse(
                "{i: 5, l: {$numberLong: '5'}, d: 5.0, n: {$numberDecimal: '5.00'},"
                        + " big: {$numberDecimal: '1E+3'}, thousand: 1000, half: 0.5, dec: {$numberDecimal: '0.50'}, text: '5'}");
        Object five = MongoKeys.canonical(numbers.get("i"));
        assertThat(MongoKeys.canonical(numbers.get("l"))).isEqualTo(five);
        assertThat(MongoKeys.canonical(numbers.get("d"))).isEqualTo(five);
        assertThat(MongoKeys.canonical(numbers.get("n"))).isEqualTo(five);
        assertThat(MongoKeys.canonical(numbers.get("text"))).isNotEqualTo(five);
        assertThat(MongoKeys.canonical(numbers.get("big"))).isEqualTo(MongoKeys.canonical(numbers.get("thousand")));
        assertThat(MongoKeys.canonical(numbers.get("half"))).isEqualTo(MongoKeys.canonical(numbers.get("dec")));
        assertThat(MongoKeys.canonical(BsonDocument.parse("{a: 1, b: 2}")))
                .isEqualTo(MongoKeys.canonical(BsonDocument.parse("{a: 1.0, b: 2}")))
                .isNotEqualTo(MongoKeys.canonical(BsonDocument.parse("{b: 2, a: 1}")));
    }
}
