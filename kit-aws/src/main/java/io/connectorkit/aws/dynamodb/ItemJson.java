package io.connectorkit.aws.dynamodb;

import io.connectorkit.aws.JsonText;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Items in DynamoDB's own JSON, which {@code aws dynamodb put-item} takes. */
final class ItemJson {

    private ItemJson() {}

    static void write(StringBuilder json, Map<String, AttributeValue> attributes) {
        json.append('{');
        String separator = "";
        for (Map.Entry<String, AttributeValue> attribute : new TreeMap<>(attributes).entrySet()) {
            JsonText.quote(json.append(separator), attribute.getKey());
            write(json.append(':'), attribute.getValue());
            separator = ",";
        }
        json.append('}');
    }

    private static void write(StringBuilder json, AttributeValue value) {
        json.append("{\"")
                .append(value.type() == AttributeValue.Type.NUL ? "NULL" : value.type())
                .append("\":");
        switch (value.type()) {
            case S -> JsonText.quote(json, value.s());
            case N -> JsonText.quote(json, value.n());
            case B -> bytes(json, value.b());
            case BOOL -> json.append(value.bool());
            case NUL -> json.append(true);
            case SS -> list(json, value.ss(), text -> JsonText.quote(json, text));
            case NS -> list(json, value.ns(), text -> JsonText.quote(json, text));
            case BS -> list(json, value.bs(), bytes -> bytes(json, bytes));
            case L -> list(json, value.l(), element -> write(json, element));
            case M -> write(json, value.m());
            case UNKNOWN_TO_SDK_VERSION -> throw new IllegalArgumentException("an attribute of no known type");
        }
        json.append('}');
    }

    static <E> void list(StringBuilder json, Iterable<E> elements, Consumer<E> write) {
        json.append('[');
        int start = json.length();
        for (E element : elements) {
            if (json.length() > start) {
                json.append(',');
            }
            write.accept(element);
        }
        json.append(']');
    }

    private static void bytes(StringBuilder json, SdkBytes bytes) {
        json.append('"')
                .append(Base64.getEncoder().encodeToString(bytes.asByteArrayUnsafe()))
                .append('"');
    }

    static Map<String, AttributeValue> attributes(JsonNode object) {
        Map<String, AttributeValue> attributes = new HashMap<>();
        object.asObject().forEach((name, value) -> attributes.put(name, value(value)));
        return attributes;
    }

    private static AttributeValue value(JsonNode typed) {
        Map.Entry<String, JsonNode> only =
                typed.asObject().entrySet().iterator().next();
        JsonNode value = only.getValue();
        return switch (only.getKey()) {
            case "S" -> AttributeValue.fromS(value.asString());
            case "N" -> AttributeValue.fromN(new BigDecimal(value.asString()).toString());
            case "B" -> AttributeValue.fromB(decoded(value));
            case "BOOL" -> AttributeValue.fromBool(value.asBoolean());
            case "NULL" -> AttributeValue.fromNul(true);
            case "SS" ->
                AttributeValue.fromSs(
                        value.asArray().stream().map(JsonNode::asString).toList());
            case "NS" ->
                AttributeValue.fromNs(
                        value.asArray().stream().map(JsonNode::asString).toList());
            case "BS" ->
                AttributeValue.fromBs(
                        value.asArray().stream().map(ItemJson::decoded).toList());
            case "L" -> {
                List<AttributeValue> elements = new ArrayList<>();
                value.asArray().forEach(element -> elements.add(value(element)));
                yield AttributeValue.fromL(elements);
            }
            case "M" -> AttributeValue.fromM(attributes(value));
            default -> throw new IllegalArgumentException("no DynamoDB type: " + only.getKey());
        };
    }

    private static SdkBytes decoded(JsonNode text) {
        return SdkBytes.fromByteArrayUnsafe(Base64.getDecoder().decode(text.asString()));
    }
}
