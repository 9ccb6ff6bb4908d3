package io.connectorkit.elasticsearch;

import static io.connectorkit.elasticsearch.ChangeFixture.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonDocumentTest {

    record Flight(String id, Instant departed, LocalDate day, Duration delay, BigDecimal fare, List<String> stops) {}

    @Test
    void passesBytesThroughAsTheyAre() throws Exception {
        byte[] json = utf8("{\"a\": 1.00, not even json");
        assertThat(JsonDocument.bytes(json)).isSameAs(json);
    }

    @Test
    void passesStringsThroughInUtf8() throws Exception {
        assertThat(JsonDocument.bytes("{\"a\":\"é\\n\uD83D\uDE00\"}")).isEqualTo(utf8("{\"a\":\"é\\n\uD83D\uDE00\"}"));
    }

    @Test
    void writesMapsAndRecords() throws Exception {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("n", 1);
        map.put("nested", Map.of("x", List.of(1.5, true)));
        map.put("nothing", null);
        assertThat(JsonDocument.bytes(map)).isEqualTo(utf8("{\"n\":1,\"nested\":{\"x\":[1.5,true]},\"nothing\":null}"));

        Flight flight = new Flight(
                "UA1",
                Instant.parse("2024-01-02T03:04:05Z"),
                LocalDate.of(2024, 1, 2),
                Duration.ofMinutes(90),
                new BigDecimal("12.50"),
                List.of("DEN"));
        assertThat(JsonDocument.bytes(flight))
                .isEqualTo(utf8("{\"id\":\"UA1\",\"departed\":\"2024-01-02T03:04:05Z\",\"day\":\"2024-01-02\","
                        + "\"delay\":\"PT1H30M\",\"fare\":12.50,\"stops\":[\"DEN\"]}"));
    }

    @Test
    void letsNoDocumentPassForABulkCommand() throws Exception {
        String hostile = "{\"a\":1}\n{\"delete\":{\"_id\":\"other\"}}\n";
        byte[] bytes = utf8(hostile);

        assertThat(JsonDocument.bytes(hostile)).isEqualTo(utf8(hostile.replace('\n', ' ')));
        assertThat(JsonDocument.bytes(bytes)).isEqualTo(utf8(hostile.replace('\n', ' ')));
        assertThat(bytes).as("the user's own bytes").isEqualTo(utf8(hostile));
    }

    @Test
    void takesPrettyPrintedJson() throws Exception {
        assertThat(JsonDocument.bytes("\n{\r\n  \"a\": 1\n}\n")).isEqualTo(utf8(" {\r   \"a\": 1 } "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "[]", "s3cr3t", "\"s3cr3t\"", "42", "null"})
    void refusesWhatIsNoObjectWithoutRepeatingIt(String json) {
        assertThatThrownBy(() -> JsonDocument.bytes(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("document must be a JSON object ({...}), got String of " + json.length()
                        + " bytes that is none");
        assertThatThrownBy(() -> JsonDocument.bytes(42)).hasMessageContaining("got Integer of 2 bytes that is none");
    }
}
