package io.connectorkit.aws.dynamodb;

import io.connectorkit.aws.JsonText;
import io.connectorkit.sink.PayloadCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/** Steps in dead letters: {@code {"set":{..},"remove":[..],"add":{..}}} with attributes in DynamoDB's JSON. */
record UpdateCodec() implements PayloadCodec<DynamoDbUpdate> {

    private static final long serialVersionUID = 1L;

    @Override
    public byte[] encode(DynamoDbUpdate update) {
        StringBuilder json = new StringBuilder("{\"set\":");
        ItemJson.write(json, update.set());
        ItemJson.list(json.append(",\"remove\":"), new TreeSet<>(update.remove()), name -> JsonText.quote(json, name));
        ItemJson.write(json.append(",\"add\":"), update.add());
        return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public DynamoDbUpdate decode(byte[] bytes) throws IOException {
        try {
            Map<String, JsonNode> parts = JsonNode.parser().parse(bytes).asObject();
            Set<String> remove = new LinkedHashSet<>();
            part(parts, "remove").asArray().forEach(name -> remove.add(name.asString()));
            return new DynamoDbUpdate(
                    ItemJson.attributes(part(parts, "set")), remove, ItemJson.attributes(part(parts, "add")));
        } catch (RuntimeException e) {
            // Not chained: a parser's message may quote the step.
            throw new IOException("not a step in JSON (" + bytes.length + " bytes)");
        }
    }

    private static JsonNode part(Map<String, JsonNode> parts, String name) {
        JsonNode part = parts.get(name);
        if (part == null) {
            throw new IllegalArgumentException("no '" + name + "'");
        }
        return part;
    }
}
