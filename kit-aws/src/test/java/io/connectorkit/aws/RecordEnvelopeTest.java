package io.connectorkit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecordEnvelopeTest {

    private static final List<ChangeKey> KEYS = List.of(
            ChangeKey.of(42),
            ChangeKey.of("42"),
            ChangeKey.of("é\uD83D\uDE00", ",\"data\":"),
            ChangeKey.of("quote\" back\\ line\n tab\t"),
            ChangeKey.of("lone\uD800surrogate"),
            ChangeKey.of(new byte[] {1, 2}),
            ChangeKey.of("x".repeat(400)));

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void isOneLineOfJsonWithTheIdFirst() {
        Change<String> change = new Change.Upsert<>(ChangeKey.of("a", 7), ChangeVersion.of(12), "");
        assertThat(new String(RecordEnvelope.JSON.wrap(change, bytes("{\n\"x\": 1\r\n}")), StandardCharsets.UTF_8))
                .isEqualTo("{\"id\":\"a|7@12\",\"key\":\"a|7\",\"version\":\"12\",\"operation\":\"upsert\","
                        + "\"data\":{ \"x\": 1  }}");
        Change<String> delete = new Change.Delete<>(ChangeKey.of("a", 7), ChangeVersion.of(13));
        assertThat(new String(RecordEnvelope.JSON.wrap(delete, null), StandardCharsets.UTF_8))
                .isEqualTo("{\"id\":\"a|7@13\",\"key\":\"a|7\",\"version\":\"13\",\"operation\":\"delete\"}");
    }

    @ParameterizedTest
    @EnumSource(names = {"JSON", "BASE64"})
    void readsBackWhatItWroteAndKnowsItsLength(RecordEnvelope envelope) throws IOException {
        for (ChangeKey key : KEYS) {
            for (ChangeVersion version : new ChangeVersion[] {null, ChangeVersion.of("9".repeat(56))}) {
                byte[] data = bytes("{\"v\":\"é,\\\"data\\\":\"}");
                Change<String> change = new Change.Upsert<>(key, version, "");
                byte[] record = envelope.wrap(change, data);
                assertThat(record).hasSize(envelope.sizeOf(change, data.length));
                Change<byte[]> read = envelope.change(record);
                assertThat(read.key()).isEqualTo(key);
                assertThat(read.version()).isEqualTo(version);
                assertThat(((Change.Upsert<byte[]>) read).payload()).isEqualTo(data);
                assertThat(envelope.change(envelope.wrap(new Change.Delete<>(key, version), null)))
                        .isEqualTo(new Change.Delete<>(key, version));
            }
        }
    }

    @Test
    void theIdIsMadeOfKeyAndVersionAlone() {
        ChangeKey longKey = ChangeKey.of("x".repeat(400));
        assertThat(RecordEnvelope.id(longKey, ChangeVersion.of(3)))
                .isEqualTo(longKey.id(256) + "@3")
                .hasSize(67);
    }

    @Test
    void withoutAnEnvelopeADeleteIsRefused() {
        assertThatThrownBy(() -> RecordEnvelope.NONE.wrap(new Change.Delete<>(ChangeKey.of("k"), null), null))
                .hasMessage("a delete has no bytes to append; set an envelope, or write deletes as records of your own"
                        + " without Changes.withDeletes");
    }

    @Test
    void neverRepeatsARecordThatItCannotRead() {
        assertThatThrownBy(() -> RecordEnvelope.JSON.change(bytes("{\"s3cr3t\":1}")))
                .hasMessage("not a record in an envelope of JSON (12 bytes)")
                .hasNoCause();
    }
}
