package io.connectorkit.aws;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/**
 * What a record of a log tells of its change beside the payload. An envelope is one line of JSON:
 *
 * <pre>{"id":"42@7","key":"42","version":"7","operation":"upsert","data":{"total":3}}</pre>
 *
 * <p>The id is made of key and version alone, so a record that is written again by a retry or a replay has the same one,
 * and a reader drops repeats by it ({@code Deduplicate}) or keeps the newest of each key by key and version ({@code
 * NewestWins}). Without a version there is no id. A delete has no data.
 */
public enum RecordEnvelope {
    /** The payload as it is; deletes have no payload and are refused. */
    NONE,
    /** The payload is JSON and stands as {@code data}, unparsed; line feeds between its parts become spaces. */
    JSON,
    /** The payload is bytes of any kind and stands as {@code data} in base64. */
    BASE64;

    private static final String DATA = ",\"data\":";

    /** Bytes of a key in an id; a longer key is hashed ({@link ChangeKey#id}). */
    private static final int ID_BYTES = 256;

    /** The record of a change; {@code data} is null for a delete. */
    public byte[] wrap(Change<?> change, byte @Nullable [] data) {
        if (this == NONE) {
            if (data == null) {
                throw new IllegalArgumentException("a delete has no bytes to append; set an envelope, or write deletes"
                        + " as records of your own without Changes.withDeletes");
            }
            return data;
        }
        byte[] head = head(change, data != null).getBytes(StandardCharsets.UTF_8);
        if (data == null) {
            return head;
        }
        byte[] body = this == JSON ? data : base64(data);
        byte[] record = new byte[head.length + body.length + 1];
        System.arraycopy(head, 0, record, 0, head.length);
        System.arraycopy(body, 0, record, head.length, body.length);
        for (int i = head.length; i < record.length - 1; i++) {
            // Strings of JSON hold no line feeds, and outside of strings one means the same as a space.
            if (record[i] == '\n' || record[i] == '\r') {
                record[i] = ' ';
            }
        }
        record[record.length - 1] = '}';
        return record;
    }

    /** Length of {@link #wrap}'s result; of a delete that cannot be wrapped too. */
    public int sizeOf(Change<?> change, int dataBytes) {
        if (this == NONE) {
            return dataBytes;
        }
        int head = headBytes(change);
        return head + (this == JSON ? dataBytes : (dataBytes + 2) / 3 * 4 + 2) + 1;
    }

    private static byte[] base64(byte[] data) {
        byte[] text = new byte[(data.length + 2) / 3 * 4 + 2];
        byte[] encoded = Base64.getEncoder().encode(data);
        System.arraycopy(encoded, 0, text, 1, encoded.length);
        text[0] = '"';
        text[text.length - 1] = '"';
        return text;
    }

    /** All but the data; closed when there is none. */
    private static String head(Change<?> change, boolean data) {
        StringBuilder json = new StringBuilder("{");
        ChangeVersion version = change.version();
        if (version != null) {
            JsonText.quote(json.append("\"id\":"), id(change.key(), version));
            json.append(',');
        }
        JsonText.quote(json.append("\"key\":"), change.key().text());
        if (version != null) {
            json.append(",\"version\":\"").append(version).append('"');
        }
        json.append(",\"operation\":\"").append(change instanceof Change.Delete ? "delete\"" : "upsert\"");
        return json.append(data ? DATA : "}").toString();
    }

    /** Bytes of {@link #head} with data, without making it: every record is measured when it arrives. */
    private static int headBytes(Change<?> change) {
        ChangeVersion version = change.version();
        int bytes = "{\"key\":,\"operation\":\"upsert\"".length()
                + JsonText.quotedBytes(change.key().text())
                + DATA.length();
        return version == null
                ? bytes
                : bytes
                        + "\"id\":,,\"version\":\"\"".length()
                        + JsonText.quotedBytes(id(change.key(), version))
                        + version.toString().length();
    }

    /** The id of the record that holds this version of this key. */
    public static String id(ChangeKey key, ChangeVersion version) {
        return key.id(ID_BYTES) + "@" + version;
    }

    /** The change in a record that {@link #wrap} of this envelope made; a line feed behind it is ignored. */
    public Change<byte[]> change(byte[] record) throws IOException {
        try {
            String text = new String(record, StandardCharsets.UTF_8).strip();
            // Within a string its quotes would be escaped: the first one is the real one.
            int data = text.indexOf(DATA);
            Map<String, JsonNode> head = JsonNode.parser()
                    .parse(data < 0 ? text : text.substring(0, data) + "}")
                    .asObject();
            ChangeKey key = ChangeKey.parse(text(head, "key"));
            ChangeVersion version = head.containsKey("version") ? ChangeVersion.of(text(head, "version")) : null;
            if (data < 0) {
                return new Change.Delete<>(key, version);
            }
            String body = text.substring(data + DATA.length(), text.length() - 1);
            return new Change.Upsert<>(
                    key,
                    version,
                    this == JSON
                            ? body.getBytes(StandardCharsets.UTF_8)
                            : Base64.getDecoder().decode(body.substring(1, body.length() - 1)));
        } catch (RuntimeException e) {
            // Not chained: a parser's message may quote the record.
            throw new IOException("not a record in an envelope of " + this + " (" + record.length + " bytes)");
        }
    }

    private static String text(Map<String, JsonNode> head, String name) {
        JsonNode value = head.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no " + name);
        }
        return value.asString();
    }
}
