package io.connectorkit.aws.dynamodb;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.SinkCaps;
import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.DeadLetter;
import io.connectorkit.sink.BatchSink;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.DeadLetters;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Writes changes to a DynamoDB table: whole items ({@link #of}) or steps that set, remove and add attributes ({@link
 * #updates}).
 *
 * <p>The parts of a change's key become the key attributes: a string, a number or bytes each; the payload may hold them
 * too or leave them out. Make payloads with {@link DynamoDbItems} from records and maps, or with {@link DynamoDbBeans}.
 *
 * <p>With {@code Changes.withVersion} every write is conditional on the version attribute: whatever is replayed, retried
 * or late, the highest version stays, and a write that the table refuses as older counts as stale. Such writes go one by
 * one, many at a time. Without a version whole items go in batches of 25 and the last arrival stays. With {@code
 * withInsertOnly} the first stays.
 *
 * <p>Steps of a key are applied in the order of their arrival, all of them; with a version, one that was applied before
 * is not applied again, so a replay does not count twice. An older step that arrives after a newer one is stale as a
 * whole: key the stream before the sink.
 *
 * <p>A hard delete leaves nothing to compare with: an older upsert that arrives later brings the item back. Where replays
 * can reach behind a delete, use {@link DynamoDbTable#withTombstones}.
 */
public final class DynamoDbSink {

    private DynamoDbSink() {}

    /** Whole items, with default retries and tuning. */
    public static <T> BatchSink<T> of(
            Changes<T, Map<String, AttributeValue>> changes, DynamoDbTable table, AwsOptions aws) {
        boolean single = changes.writeMode() != WriteMode.OVERWRITE;
        return of(changes, table, aws, SinkCaps.awaiting(aws, defaults(single)));
    }

    /** Whole items, with all options given. */
    public static <T> BatchSink<T> of(
            Changes<T, Map<String, AttributeValue>> changes, DynamoDbTable table, AwsOptions aws, SinkOptions options) {
        return sink(changes, new WholeItems(), table, aws, options);
    }

    /** Steps, with default retries and tuning. */
    public static <T> BatchSink<T> updates(Changes<T, DynamoDbUpdate> changes, DynamoDbTable table, AwsOptions aws) {
        return updates(changes, table, aws, SinkCaps.awaiting(aws, defaults(true)));
    }

    /** Steps, with all options given. */
    public static <T> BatchSink<T> updates(
            Changes<T, DynamoDbUpdate> changes, DynamoDbTable table, AwsOptions aws, SinkOptions options) {
        return sink(changes, new ItemSteps(), table, aws, options);
    }

    /** Default retries; for single writes 128 at a time, so that a slow one holds no other back. */
    static SinkOptions defaults(boolean single) {
        SinkTuning batches = SinkTuning.forDynamoDb();
        return SinkOptions.defaults().withTuning(single ? batches.withWindow(1, 128) : batches);
    }

    private static <T, P> BatchSink<T> sink(
            Changes<T, P> changes, ItemWrites<P> writes, DynamoDbTable table, AwsOptions aws, SinkOptions options) {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(aws, "aws");
        WriteMode mode = changes.writeMode();
        if (mode == WriteMode.NEWEST_WINS && table.version() == null) {
            throw new IllegalArgumentException("version attribute of table '" + table.name()
                    + "' must be set when the changes have a version, got none; add it with withVersion");
        }
        if (mode == WriteMode.OVERWRITE && table.version() != null) {
            throw new IllegalArgumentException("version attribute of table '" + table.name()
                    + "' must not be set when the changes have no version, got '"
                    + table.version().attribute() + "'; give the changes one with Changes.withVersion");
        }
        return BatchSink.of(
                changes,
                new DynamoDbDestinationFactory<>(
                        aws, table, mode, writes, options.requestTimeout(), DynamoDbDestinationFactory.Clients.real()),
                SinkCaps.hold(options, SinkTuning.DYNAMO_DB));
    }

    /** Dead letters of {@link #of} as the changes they were; pass them to it with the sink's own table and options. */
    public static Changes<DeadLetter, Map<String, AttributeValue>> replay(WriteMode mode) {
        return DeadLetters.replay(new ItemCodec(), mode);
    }

    /** Dead letters of {@link #updates} as the changes they were. */
    public static Changes<DeadLetter, DynamoDbUpdate> replayUpdates(WriteMode mode) {
        return DeadLetters.replay(new UpdateCodec(), mode);
    }
}
