package io.connectorkit.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class ChangeTypesTest {

    private static final TypeSerializer<ChangeKey> KEYS = serializer(ChangeTypes.key());
    private static final TypeSerializer<ChangeVersion> VERSIONS = serializer(ChangeTypes.version());

    private static <T> TypeSerializer<T> serializer(TypeInformation<T> type) {
        return type.createSerializer(new SerializerConfigImpl());
    }

    private static <T> byte[] bytes(TypeSerializer<T> serializer, T value) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(16);
        serializer.serialize(value, out);
        return out.getCopyOfBuffer();
    }

    private static <T> String hex(TypeSerializer<T> serializer, T value) throws IOException {
        return HexFormat.of().formatHex(bytes(serializer, value));
    }

    private static <T> void assertRoundTrip(TypeSerializer<T> serializer, T value) throws IOException {
        byte[] bytes = bytes(serializer, value);
        DataInputDeserializer in = new DataInputDeserializer(bytes);
        assertThat(serializer.deserialize(in)).isEqualTo(value);
        assertThat(in.available()).isZero();
        DataOutputSerializer copy = new DataOutputSerializer(16);
        serializer.copy(new DataInputDeserializer(bytes), copy);
        assertThat(copy.getCopyOfBuffer()).isEqualTo(bytes);
    }

    private static final UUID ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

    @Test
    void writesEveryTypeOfKeyPartTheSameWayForEver() throws IOException {
        // State format: a line that changes here makes old checkpoints unreadable.
        Map<ChangeKey, String> formats = new HashMap<>();
        formats.put(ChangeKey.of("ab"), "01036162");
        formats.put(ChangeKey.of(1), "020000000000000001");
        formats.put(ChangeKey.of(-1.5), "030000000100000001f1");
        formats.put(ChangeKey.of(false), "04");
        formats.put(ChangeKey.of(true), "05");
        formats.put(ChangeKey.of(new byte[] {7, 8}), "06000000020708");
        formats.put(ChangeKey.of(ID), "0700112233445566778899aabbccddeeff");
        formats.put(ChangeKey.of(Instant.ofEpochSecond(3, 4)), "08000000000000000300000004");
        formats.put(ChangeKey.of(LocalDate.ofEpochDay(5)), "090000000000000005");
        formats.put(ChangeKey.of(LocalDateTime.of(1970, 1, 6, 0, 0, 0, 9)), "0a00000000000000050000000000000009");
        formats.put(ChangeKey.of(LocalTime.of(0, 0, 0, 10)), "0b000000000000000a");
        formats.put(ChangeKey.of("a", 2, true), "810261820000000000000002" + "05");
        for (Map.Entry<ChangeKey, String> format : formats.entrySet()) {
            assertThat(hex(KEYS, format.getKey())).as("%s", format.getKey()).isEqualTo(format.getValue());
            assertRoundTrip(KEYS, format.getKey());
        }
    }

    @Test
    void hashesEveryTypeOfKeyPartTheSameWayInEveryProcess() {
        // Flink routes by this hash and finds state by it: it must not depend on the process, nor change with a
        // version.
        ChangeKey[] keys = {
            ChangeKey.of("ab"),
            ChangeKey.of(1),
            ChangeKey.of(-1.5),
            ChangeKey.of(false),
            ChangeKey.of(new byte[] {7, 8}),
            ChangeKey.of(new UUID(1, 2)),
            ChangeKey.of(Instant.ofEpochSecond(3, 4)),
            ChangeKey.of(LocalDate.ofEpochDay(5)),
            ChangeKey.of(LocalDateTime.of(1970, 1, 6, 0, 0, 0, 9)),
            ChangeKey.of("a", 2, true)
        };
        assertThat(Stream.of(keys).mapToInt(ChangeKey::hashCode).toArray())
                .containsExactly(
                        -19160574,
                        -1640503410,
                        997415875,
                        -2112902942,
                        -50260461,
                        -626608243,
                        -287604148,
                        2025332782,
                        145467580,
                        1069191416);
    }

    @Test
    void equalKeysHaveEqualBytesAndOthersDoNot() throws IOException {
        assertThat(bytes(KEYS, ChangeKey.of(1))).isEqualTo(bytes(KEYS, ChangeKey.of(new BigDecimal("1.00"))));
        assertThat(bytes(KEYS, ChangeKey.of(1))).isNotEqualTo(bytes(KEYS, ChangeKey.of("1")));
        assertThat(bytes(KEYS, ChangeKey.of("a_b", "c"))).isNotEqualTo(bytes(KEYS, ChangeKey.of("a", "b_c")));
    }

    @Test
    void keepsStringsThatOtherFormatsBreak() throws IOException {
        assertRoundTrip(KEYS, ChangeKey.of("\ud800 alone"));
        assertRoundTrip(KEYS, ChangeKey.of(""));
        assertRoundTrip(KEYS, ChangeKey.of("\u0000é漢😀"));
        assertRoundTrip(KEYS, ChangeKey.of("x".repeat(100_000), "y"));
    }

    @Test
    void keysAndVersionsComeBackAsTheyWere() throws IOException {
        long seed = 11;
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            BigInteger digits = new BigInteger(random.nextInt(200), random);
            if (digits.toString().length() <= ChangeVersion.MAX_DIGITS) {
                assertRoundTrip(VERSIONS, ChangeVersion.of(digits.toString()));
            }
            assertRoundTrip(
                    KEYS, ChangeKey.of(new BigDecimal(digits.negate(), random.nextInt(40) - 20), random.nextLong()));
        }
    }

    @Test
    void writesAVersionInAsFewBytesAsItNeeds() throws IOException {
        // State format, as above.
        assertThat(hex(VERSIONS, ChangeVersion.of(0))).isEqualTo("00");
        assertThat(hex(VERSIONS, ChangeVersion.of(255))).isEqualTo("01ff");
        assertThat(hex(VERSIONS, ChangeVersion.of(256))).isEqualTo("020100");
        assertThat(hex(VERSIONS, ChangeVersion.of(Long.MAX_VALUE))).isEqualTo("087fffffffffffffff");
        assertThat(hex(VERSIONS, ChangeVersion.of("9223372036854775808"))).isEqualTo("088000000000000000");
        assertThat(hex(VERSIONS, ChangeVersion.of("18446744073709551616"))).isEqualTo("09010000000000000000");
        assertThat(bytes(VERSIONS, ChangeVersion.of("9".repeat(60)))).hasSize(26);
        assertRoundTrip(VERSIONS, ChangeVersion.of(Long.MAX_VALUE));
        assertRoundTrip(VERSIONS, ChangeVersion.of("9223372036854775808"));
        assertRoundTrip(VERSIONS, ChangeVersion.of("9".repeat(60)));
    }

    @Test
    void saysWhenStateIsOfANewerKit() {
        assertThatThrownBy(() -> KEYS.deserialize(new DataInputDeserializer(new byte[] {12, 0})))
                .isInstanceOf(IOException.class)
                .hasMessage("type of a key part must be between 1 and 11, got 12; was this state written by a newer"
                        + " version of the kit?");
        assertThatThrownBy(() -> VERSIONS.deserialize(new DataInputDeserializer(new byte[] {26, 0})))
                .isInstanceOf(IOException.class)
                .hasMessage("length of a version must be at most 25 bytes, got 26; was this state written by a newer"
                        + " version of the kit?");
    }

    @Test
    void aSerializerRestoredFromItsSnapshotIsCompatible() throws Exception {
        assertRestores(KEYS, ChangeKey.of("a", 1));
        assertRestores(VERSIONS, ChangeVersion.of("9".repeat(56)));
    }

    private static <T> void assertRestores(TypeSerializer<T> serializer, T value) throws Exception {
        DataOutputSerializer out = new DataOutputSerializer(64);
        TypeSerializerSnapshot.writeVersionedSnapshot(out, serializer.snapshotConfiguration());
        TypeSerializerSnapshot<T> snapshot = TypeSerializerSnapshot.readVersionedSnapshot(
                new DataInputDeserializer(out.getCopyOfBuffer()), ChangeTypesTest.class.getClassLoader());
        assertThat(snapshot.restoreSerializer()).isEqualTo(serializer);
        assertThat(serializer
                        .snapshotConfiguration()
                        .resolveSchemaCompatibility(snapshot)
                        .isCompatibleAsIs())
                .isTrue();
        assertThat(snapshot.restoreSerializer().deserialize(new DataInputDeserializer(bytes(serializer, value))))
                .isEqualTo(value);
    }

    @Test
    void typesCanBeKeysAndTravel() throws Exception {
        for (TypeInformation<?> type : new TypeInformation<?>[] {ChangeTypes.key(), ChangeTypes.version()}) {
            assertThat(type.isKeyType()).isTrue();
            assertThat(InstantiationUtil.clone(type)).isEqualTo(type).hasSameHashCodeAs(type);
        }
        assertThat(ChangeTypes.key()).isNotEqualTo(ChangeTypes.version()).hasToString("ChangeKey");
    }
}
