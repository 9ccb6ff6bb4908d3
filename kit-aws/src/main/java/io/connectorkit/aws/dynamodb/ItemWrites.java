package io.connectorkit.aws.dynamodb;

import io.connectorkit.change.Change;
import io.connectorkit.sink.PayloadCodec;
import java.io.Serializable;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/**
 * How a payload is written to its item.
 *
 * @param <P> the payload
 */
interface ItemWrites<P> extends Serializable {

    /** Sends one guarded request; throws what the user must know when the change cannot be written. */
    CompletableFuture<?> upsert(DynamoDbAsyncClient client, ItemTarget target, Change.Upsert<P> change);

    /** Bytes of the item, or of the step. */
    int sizeOf(ItemTarget target, Change.Upsert<P> change);

    PayloadCodec<P> codec();

    /** Whether a later change makes an earlier one of its key superfluous. */
    boolean whole();
}
