package io.connectorkit.mongodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.ChangeVersion;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonSerializationException;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BsonBytesTest {

    private static final String EVERY_TYPE =
            "{d: 1.5, s: 'téxt', o: {_ver: 1}, a: [1, {_ver: 2}], b: {$binary: {base64: 'AQI=',"
                    + " subType: '00'}}, u: {$undefined: true}, i: {$oid: '0123456789abcdef01234567'}, t: true, dt: {$date: 5},"
                    + " n: null, r: {$regularExpression: {pattern: 'x', options: 'i'}}, p: {$dbPointer: {'$ref': 'c', '$id': {'$oid':"
                    + " '0123456789abcdef01234567'}}}, c: {$code: 'f'}, y: {$symbol: 's'}, cs: {$code: 'f', $scope: {_ver: 1}},"
                    + " i32: {$numberInt: '1'}, ts: {$timestamp: {t: 1, i: 2}}, i64: {$numberLong: '2'}, dec:"
                    + " {$numberDecimal: '1.5'}, lo: {$minKey: 1}, hi: {$maxKey: 1}";

    static Stream<BsonValue> values() {
        return Stream.of(
                new BsonInt64(Long.MIN_VALUE),
                new BsonInt64(0x0102030405060708L),
                new BsonString(""),
                new BsonString("plain text"),
                new BsonString("with NUL \0 inside"),
                new BsonString("Grüße \uD83D\uDE00"),
                new BsonString("x".repeat(500)),
                BsonNull.VALUE,
                new BsonInt32(-1),
                BsonBoolean.TRUE,
                new BsonDateTime(7),
                new BsonObjectId(new ObjectId()),
                new BsonBinary(new byte[] {1, 2, 3}),
                new BsonDecimal128(Decimal128.parse("1.50")),
                BsonDocument.parse("{tenant: 'a', id: 5}"));
    }

    private static RawBsonDocument document(String name, BsonValue value) {
        BsonBytes bytes = new BsonBytes(0);
        int start = bytes.start();
        bytes.put(name, value);
        bytes.end(start);
        return bytes.toDocument();
    }

    private static byte[] content(RawBsonDocument document) {
        return Arrays.copyOfRange(
                document.getBackingArray(),
                document.getByteOffset(),
                document.getByteOffset() + document.getByteLength());
    }

    @ParameterizedTest
    @MethodSource("values")
    void isByteForByteWhatTheDriverWrites(BsonValue value) {
        for (String name : List.of("_id", "größe", "")) {
            RawBsonDocument theirs = BsonPayload.raw(new BsonDocument(name, value));
            assertThat(content(document(name, value))).as(name).isEqualTo(content(theirs));
        }
    }

    @Test
    void whatNoEncodingHoldsIsWrittenAsTheDriverDoes() {
        BsonValue unpaired = new BsonString("\uD800");
        assertThat(content(document("_id", unpaired)))
                .isEqualTo(content(BsonPayload.raw(new BsonDocument("_id", unpaired))));
        assertThatThrownBy(() -> document("a\0b", BsonNull.VALUE)).isInstanceOf(BsonSerializationException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "5; true; {$or: [{_ver: {$lte: 5}}, {_ver: null}]}",
                "5; false; {$or: [{_ver: {$lt: 5}}, {_ver: null}]}",
                "12345678901234567890; true; {$or: [{_ver:"
                        + " {$lte: '000000000000000000000000000000000000000012345678901234567890'}},"
                        + " {_ver: {$lte: 9223372036854775807}}, {_ver: null}]}"
            })
    void theGuardNamesEveryTypeThatIsOlder(String version, boolean equalPasses, String json) {
        BsonBytes filter = new BsonBytes(0);
        int start = filter.start();
        MongoVersions.guard(filter, "_ver", ChangeVersion.of(version), equalPasses);
        filter.end(start);
        BsonDocument expected = BsonDocument.parse(json);
        expected.getArray("$or").stream().map(BsonValue::asDocument).forEach(BsonBytesTest::longVersion);
        assertThat(BsonDocument.parse(filter.toDocument().toJson())).hasToString(expected.toString());
        assertThat(filter.toDocument()).isEqualTo(expected);
    }

    private static void longVersion(BsonDocument condition) {
        BsonValue version = condition.get("_ver");
        if (version.isDocument()) {
            version.asDocument().replaceAll((operator, value) -> value.isInt32() ? new BsonInt64(5) : value);
        }
    }

    @Test
    void findsNamesAtTheTopBehindEveryType() {
        byte[][] names = BsonBytes.encoded(List.of("_ver", "größe"));
        assertThat(BsonBytes.hasOneOf(RawBsonDocument.parse(EVERY_TYPE + "}"), names))
                .isFalse();
        assertThat(BsonBytes.hasOneOf(RawBsonDocument.parse(EVERY_TYPE + ", _ver: 1}"), names))
                .isTrue();
        assertThat(BsonBytes.hasOneOf(RawBsonDocument.parse(EVERY_TYPE + ", größe: 1}"), names))
                .isTrue();
        assertThat(BsonBytes.hasOneOf(RawBsonDocument.parse("{_ve: 1, _vers: 1}"), names))
                .isFalse();
        assertThat(BsonBytes.hasOneOf(RawBsonDocument.parse("{}"), names)).isFalse();
    }

    @Test
    void aDocumentWithinLargerBytesIsReadFromItsPlace() {
        RawBsonDocument outer = RawBsonDocument.parse("{a: {_ver: 1, b: 2}}");
        RawBsonDocument inner = (RawBsonDocument) outer.getDocument("a");
        assertThat(BsonBytes.hasOneOf(inner, BsonBytes.encoded(List.of("_ver"))))
                .isTrue();
        BsonBytes copy = new BsonBytes(0);
        int start = copy.start();
        copy.fields(inner);
        copy.end(start);
        assertThat(copy.toDocument()).isEqualTo(inner);
    }

    /** Every byte in turn is made wrong; whatever comes of it, the end is an answer or the one exception. */
    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x01, 0x7F, 0x80, 0xFF})
    void brokenBytesEndInAnAnswerOrARefusal(int wrong) {
        byte[] whole = content(RawBsonDocument.parse(EVERY_TYPE + "}"));
        byte[][] names = BsonBytes.encoded(List.of("absent"));
        for (int i = 0; i < whole.length; i++) {
            byte[] broken = whole.clone();
            broken[i] = (byte) wrong;
            try {
                BsonBytes.hasOneOf(new RawBsonDocument(broken), names);
            } catch (BsonSerializationException e) {
                assertThat(e)
                        .hasMessageStartingWith("a document must be well-formed BSON, got something else at byte ");
            }
        }
        assertThatThrownBy(() -> BsonBytes.hasOneOf(new RawBsonDocument(whole, 0, whole.length - 1), names))
                .hasMessage("a document must be well-formed BSON, got something else at byte 0");
    }
}
