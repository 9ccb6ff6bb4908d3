package io.connectorkit.aws.kinesis;

import io.connectorkit.aws.JsonText;
import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.sink.PayloadCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/**
 * Entries in dead letters, as JSON: {@code {"data":"..","partitionKey":".."}} with the data in base64, and {@code
 * {"records":[..]}} with key and version each for several that travelled together.
 */
record KinesisSinkCodec() implements PayloadCodec<KinesisSinkRun> {

    private static final long serialVersionUID = 1L;

    @Override
    public byte[] encode(KinesisSinkRun run) {
        StringBuilder json = new StringBuilder("{");
        KinesisEntry entry = run.entry();
        if (entry != null) {
            write(json, entry);
        } else {
            json.append("\"records\":[");
            String separator = "";
            for (Change<KinesisSinkRun> single : run.singles()) {
                JsonText.quote(
                        json.append(separator).append("{\"key\":"), single.key().text());
                text(
                        json,
                        "version",
                        single.version() == null ? null : single.version().toString());
                KinesisEntry part = KinesisSinkRun.entry(single);
                if (part != null) {
                    write(json.append(','), part);
                }
                json.append('}');
                separator = ",";
            }
            json.append(']');
        }
        return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void write(StringBuilder json, KinesisEntry entry) {
        json.append("\"data\":\"")
                .append(Base64.getEncoder().encodeToString(entry.data()))
                .append('"');
        text(json, "partitionKey", entry.partitionKey());
        text(json, "explicitHashKey", entry.explicitHashKey());
        text(json, "stream", entry.stream());
    }

    private static void text(StringBuilder json, String name, @Nullable String value) {
        if (value != null) {
            JsonText.quote(json.append(",\"").append(name).append("\":"), value);
        }
    }

    @Override
    public KinesisSinkRun decode(byte[] bytes) throws IOException {
        try {
            Map<String, JsonNode> object = JsonNode.parser().parse(bytes).asObject();
            JsonNode records = object.get("records");
            if (records == null) {
                return KinesisSinkRun.of(entry(object));
            }
            Change<KinesisSinkRun> joined = null;
            for (JsonNode record : records.asArray()) {
                Change<KinesisSinkRun> single = change(record.asObject());
                // Bytes count where more is joined to it only.
                joined = joined == null
                        ? single
                        : new Change.Upsert<>(
                                single.key(), single.version(), KinesisSinkRun.of(joined, single, bytes.length));
            }
            if (joined instanceof Change.Upsert<KinesisSinkRun> upsert) {
                return upsert.payload();
            }
            throw new IllegalArgumentException("no records");
        } catch (RuntimeException e) {
            // Not chained: a parser's message may quote the record.
            throw new IOException("not a dead letter of a Kinesis sink (" + bytes.length + " bytes)");
        }
    }

    private static Change<KinesisSinkRun> change(Map<String, JsonNode> object) {
        String key = string(object, "key");
        String digits = string(object, "version");
        if (key == null) {
            throw new IllegalArgumentException("no key");
        }
        ChangeVersion version = digits == null ? null : ChangeVersion.of(digits);
        return object.containsKey("data")
                ? new Change.Upsert<>(ChangeKey.parse(key), version, KinesisSinkRun.of(entry(object)))
                : new Change.Delete<>(ChangeKey.parse(key), version);
    }

    private static KinesisEntry entry(Map<String, JsonNode> object) {
        String data = string(object, "data");
        if (data == null) {
            throw new IllegalArgumentException("no data");
        }
        return new KinesisEntry(
                Base64.getDecoder().decode(data),
                string(object, "partitionKey"),
                string(object, "explicitHashKey"),
                string(object, "stream"));
    }

    private static @Nullable String string(Map<String, JsonNode> object, String name) {
        JsonNode value = object.get(name);
        return value == null ? null : value.asString();
    }
}
