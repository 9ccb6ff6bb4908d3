package io.connectorkit.elasticsearch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.nio.charset.StandardCharsets;

/**
 * Turns a document into the one line of JSON that a bulk request holds, once for each change.
 *
 * <p>Bytes and strings are JSON already and pass unparsed, all else goes through Jackson. A line feed would end the
 * document and let the rest of it pass for a command of the bulk request; outside of strings, the only place where JSON
 * allows one, it means the same as a space.
 */
final class JsonDocument {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .build();

    private JsonDocument() {}

    static byte[] bytes(Object document) throws JsonProcessingException {
        byte[] json;
        boolean shared = false;
        if (document instanceof byte[] given) {
            json = given;
            shared = true;
        } else if (document instanceof String text) {
            json = text.getBytes(StandardCharsets.UTF_8);
        } else {
            json = MAPPER.writeValueAsBytes(document);
        }
        requireObject(json, document);
        int lineFeed = indexOfLineFeed(json, 0);
        return lineFeed < 0 ? json : inOneLine(shared ? json.clone() : json, lineFeed);
    }

    /** Reads what {@link #bytes} writes; fields that {@code type} does not have are skipped. */
    static ObjectReader readerFor(Class<?> type) {
        return MAPPER.readerFor(type).without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    private static void requireObject(byte[] json, Object document) {
        for (byte b : json) {
            if (b == '{') {
                return;
            }
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                break;
            }
        }
        throw new IllegalArgumentException("document must be a JSON object ({...}), got "
                + document.getClass().getSimpleName() + " of " + json.length + " bytes that is none");
    }

    private static int indexOfLineFeed(byte[] json, int from) {
        for (int i = from; i < json.length; i++) {
            if (json[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private static byte[] inOneLine(byte[] json, int firstLineFeed) {
        for (int i = firstLineFeed; i >= 0; i = indexOfLineFeed(json, i + 1)) {
            json[i] = ' ';
        }
        return json;
    }
}
