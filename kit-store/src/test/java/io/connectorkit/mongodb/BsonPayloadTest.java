package io.connectorkit.mongodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;

class BsonPayloadTest {

    private static final String JSON = "{\"a\": 1, \"b\": {\"c\": [true, null, \"x\"]}}";

    private final BsonPayload codec = new BsonPayload();

    public record Point(int a, String b) {}

    public static final class Bean {
        private int a = 1;

        public int getA() {
            return a;
        }

        public void setA(int a) {
            this.a = a;
        }
    }

    @Test
    void documentsOfEveryKindBecomeTheSameBson() throws Exception {
        BsonDocument bson = BsonDocument.parse(JSON);
        assertThat(BsonPayload.of(bson)).isSameAs(bson);
        assertThat(BsonPayload.of(Document.parse(JSON))).isEqualTo(bson);
        assertThat(BsonPayload.of(JSON)).isEqualTo(bson);
        assertThat(BsonPayload.of(codec.encode(bson))).isEqualTo(bson);
        assertThat(BsonPayload.of(RawBsonDocument.parse(JSON))).isEqualTo(bson);
        assertThat(BsonPayload.of(Map.of("a", 1))).isEqualTo(new BsonDocument("a", new BsonInt32(1)));
        assertThat(BsonPayload.of(new Point(1, "x"))).isEqualTo(BsonDocument.parse("{a: 1, b: 'x'}"));
        assertThat(BsonPayload.of(new Bean())).isEqualTo(BsonDocument.parse("{a: 1}"));
    }

    @Test
    void whatIsNoDocumentIsToldWithoutItsText() {
        assertThatThrownBy(() -> BsonPayload.of("s3cret"))
                .hasMessage("a document given as text must be one JSON object")
                .hasNoCause();
        assertThatThrownBy(() -> BsonPayload.of(new BigDecimal("1.5")))
                .hasMessage("a document must be a Bson, BSON bytes, JSON text, a map, a record or a POJO, got"
                        + " java.math.BigDecimal");
    }

    @Test
    void lettersComeBackExactlyEvenIfBsonCannotHoldThem() throws Exception {
        Document all = new Document("i", 1)
                .append("l", 2L)
                .append("d", 0.1)
                .append("n", new Decimal128(new BigDecimal("1.10")))
                .append("o", new ObjectId())
                .append("t", Instant.ofEpochMilli(5))
                .append("x", new byte[] {1, 2})
                .append("a", List.of(1, "two"));
        BsonDocument bson = BsonPayload.of(all);
        assertThat(codec.decode(codec.encode(bson))).isEqualTo(bson);
        BsonDocument odd = new BsonDocument("no\0name", new BsonInt32(1));
        assertThat(codec.decode(codec.encode(odd))).isEqualTo(odd);
        assertThatThrownBy(() -> codec.decode("s3cret".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class)
                .hasMessage("a dead letter's payload must be a BSON document, got 6 bytes")
                .hasNoCause();
    }

    @Test
    void sizesAreThoseOfTheBytes() throws Exception {
        BsonDocument raw = BsonPayload.of(new Document("i", 1)
                .append("l", 2L)
                .append("s", "text")
                .append("b", true)
                .append("z", null)
                .append("n", Decimal128.POSITIVE_ZERO)
                .append("o", new ObjectId())
                .append("x", new byte[] {1, 2})
                .append("sub", new Document("y", 1.5).append("d", Instant.ofEpochMilli(1)))
                .append("a", List.of(1, 2, 3)));
        assertThat(BsonPayload.size(raw)).isEqualTo(codec.encode(raw).length);
        BsonDocument bson = codec.decode(codec.encode(raw));
        // Positions in arrays are texts, counted as two digits.
        assertThat(BsonPayload.size(bson)).isEqualTo(codec.encode(bson).length + 3L);
    }
}
