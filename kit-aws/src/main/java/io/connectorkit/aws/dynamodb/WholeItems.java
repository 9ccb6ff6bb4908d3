package io.connectorkit.aws.dynamodb;

import io.connectorkit.change.Change;
import io.connectorkit.sink.PayloadCodec;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Every upsert replaces its item. */
record WholeItems() implements ItemWrites<Map<String, AttributeValue>> {

    private static final long serialVersionUID = 1L;

    /** The item of an upsert: payload, key and version. */
    static Map<String, AttributeValue> item(ItemTarget target, Change.Upsert<Map<String, AttributeValue>> change) {
        Map<String, AttributeValue> payload = change.payload();
        Map<String, AttributeValue> item = new HashMap<>((payload.size() + 3) * 4 / 3 + 1);
        item.putAll(payload);
        target.key().addTo(item, change.key());
        target.guard().stamp(item, change);
        return item;
    }

    @Override
    public CompletableFuture<?> upsert(
            DynamoDbAsyncClient client, ItemTarget target, Change.Upsert<Map<String, AttributeValue>> change) {
        return target.put(client, item(target, change));
    }

    static int size(ItemTarget target, Change.Upsert<Map<String, AttributeValue>> change) {
        return ItemSize.of(change.payload()) + target.sizeOfFrame(change, change.payload());
    }

    @Override
    public int sizeOf(ItemTarget target, Change.Upsert<Map<String, AttributeValue>> change) {
        return size(target, change);
    }

    @Override
    public PayloadCodec<Map<String, AttributeValue>> codec() {
        return new ItemCodec();
    }

    @Override
    public boolean whole() {
        return true;
    }
}
