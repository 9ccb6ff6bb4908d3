package io.connectorkit.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.ChangeVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StandingReplyTest {

    private static Standing read(String document) throws IOException {
        String body = "{\"docs\":[" + document + "]}";
        return new StandingReply("seq")
                .parse(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)))
                .get(0);
    }

    private static String document(String source) {
        return "{\"found\":true,\"_seq_no\":7,\"_primary_term\":2,\"_source\":" + source + "}";
    }

    @Test
    void aDocumentStandsWithItsVersionWhateverItsJsonType() throws Exception {
        Standing number = read(document("{\"nested\":{\"seq\":9},\"seq\":5}"));
        assertThat(number.version()).isEqualTo(ChangeVersion.of(5));
        assertThat(number.sequenceNumber()).isEqualTo(7);
        assertThat(number.primaryTerm()).isEqualTo(2);
        assertThat(number.deleted()).isFalse();
        String wide = "1234567890123456789012345678901234567890";
        assertThat(read(document("{\"seq\":\"" + wide + "\"}")).version()).isEqualTo(ChangeVersion.of(wide));
    }

    @Test
    void aTombstoneStandsAsDeletedSoThatNothingIsMergedIntoIt() throws Exception {
        assertThat(read(document("{\"seq\":5,\"_deleted\":true}")).deleted()).isTrue();
        assertThat(read(document("{\"seq\":5,\"_deleted\":false}")).deleted()).isFalse();
    }

    @Test
    void whatIsNotThereStandsAsNothing() throws Exception {
        assertThat(read("{\"found\":false}")).isSameAs(Standing.NOTHING);
        assertThat(read("{\"error\":{\"type\":\"index_not_found_exception\",\"reason\":\"no such index\"}}"))
                .isSameAs(Standing.NOTHING);
    }

    @Test
    void aDocumentWithoutASequenceNumberCannotBeComparedWith() {
        assertThatThrownBy(() -> read("{\"found\":true,\"_source\":{\"seq\":5}}"))
                .isInstanceOf(IOException.class)
                .hasMessage("a document without a sequence number");
    }
}
