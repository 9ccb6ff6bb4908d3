package io.connectorkit.aws.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KplDecoderTest {

    private static final String HASH = "170141183460469231731687303715884105728";

    private static List<String> texts(List<KplDecoder.Entry> entries) {
        return entries.stream()
                .map(entry -> entry.partitionKey() + "/" + entry.explicitHashKey() + "="
                        + entry.data().asUtf8String())
                .toList();
    }

    @Test
    void unpacksKeysHashKeysAndDataInTheirOrder() {
        byte[] packed = new KplPacker()
                .add("a", null, "1")
                .add("ключ", HASH, "2")
                .add("a", HASH, "")
                .add("b", "0", "x".repeat(100_000))
                .packed()
                .asByteArray();
        assertThat(texts(KplDecoder.decode(packed)))
                .containsExactly("a/null=1", "ключ/" + HASH + "=2", "a/" + HASH + "=", "b/0=" + "x".repeat(100_000));
    }

    @Test
    void aPlainRecordIsNoneOfThese() {
        assertThat(KplDecoder.decode(new byte[0])).isNull();
        assertThat(KplDecoder.decode("plain".getBytes(StandardCharsets.UTF_8))).isNull();
        assertThat(KplDecoder.decode(KplDecoder.MAGIC)).isNull();
    }

    @Test
    void aRecordThatOnlyLooksPackedIsPlain() {
        byte[] packed = new KplPacker().add("a", null, "1").packed().asByteArray();
        for (int i = 0; i < packed.length; i++) {
            byte[] changed = packed.clone();
            changed[i] ^= 1;
            assertThat(KplDecoder.decode(changed)).as("byte %d changed", i).isNull();
        }
    }

    @Test
    void aMessageThatIsCutIsPlainThoughItsDigestFits() {
        byte[] body = new KplPacker().add("a", HASH, "1").add("b", null, "22").body();
        int unpacked = 0;
        for (int length = 0; length < body.length; length++) {
            List<KplDecoder.Entry> entries = KplDecoder.decode(KplPacker.packed(Arrays.copyOf(body, length)));
            unpacked += entries == null ? 0 : entries.size();
        }
        assertThat(unpacked)
                .as("the first record, where the second is missing whole")
                .isEqualTo(1);
    }

    @Test
    void anyBytesWithADigestEndInRecordsOrPlain() {
        Random random = new Random(11);
        for (int i = 0; i < 200_000; i++) {
            byte[] body = new byte[random.nextInt(24)];
            random.nextBytes(body);
            List<KplDecoder.Entry> entries = KplDecoder.decode(KplPacker.packed(body));
            assertThat(entries == null || entries.size() <= body.length).isTrue();
        }
    }

    @Test
    void passesOverFieldsItDoesNotKnow() {
        // Field 5 (varint 150), field 6 (fixed 64), field 7 (bytes), field 8 (fixed 32).
        byte[] unknown = {0x28, (byte) 0x96, 0x01, 0x31, 1, 2, 3, 4, 5, 6, 7, 8, 0x3A, 2, 9, 9, 0x45, 1, 2, 3, 4};
        byte[] body = new KplPacker().add("a", null, "1").body();
        byte[] both = Arrays.copyOf(unknown, unknown.length + body.length);
        System.arraycopy(body, 0, both, unknown.length, body.length);
        assertThat(texts(KplDecoder.decode(KplPacker.packed(both)))).containsExactly("a/null=1");
    }

    @Test
    void nothingPackedIsNoRecord() {
        assertThat(KplDecoder.decode(KplPacker.packed(new byte[0]))).isEmpty();
    }
}
