package io.connectorkit.aws.dynamodb;

import io.connectorkit.sink.PayloadCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Items in dead letters: DynamoDB's own JSON. */
record ItemCodec() implements PayloadCodec<Map<String, AttributeValue>> {

    private static final long serialVersionUID = 1L;

    @Override
    public byte[] encode(Map<String, AttributeValue> item) {
        StringBuilder json = new StringBuilder();
        ItemJson.write(json, item);
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Map<String, AttributeValue> decode(byte[] bytes) throws IOException {
        try {
            return ItemJson.attributes(JsonNode.parser().parse(bytes));
        } catch (RuntimeException e) {
            // Not chained: a parser's message may quote the item.
            throw new IOException("not an item in DynamoDB's JSON (" + bytes.length + " bytes)");
        }
    }
}
