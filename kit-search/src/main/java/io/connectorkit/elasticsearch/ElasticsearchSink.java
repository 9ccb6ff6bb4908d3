package io.connectorkit.elasticsearch;

import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.DeadLetter;
import io.connectorkit.sink.BatchSink;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.DeadLetters;
import io.connectorkit.sink.Extractor;
import io.connectorkit.sink.PayloadCodec;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;

/**
 * Writes changes to an Elasticsearch index (8 or newer), each key as the document {@code _id} = {@code ChangeKey.id(512)}.
 *
 * <p>Documents are JSON in a {@code byte[]} or {@code String} (written through unparsed), or a map, record or POJO that
 * Jackson turns into JSON, once for each change. Each must be a JSON object.
 *
 * <p>With {@code Changes.withVersion} every index and delete carries its version as {@code external_gte}: whatever is
 * replayed, retried or late, the highest version stays, and a write that the index refuses as older counts as stale.
 * Versions must then fit 64 bits; {@link ElasticsearchWriteOptions#withVersionField} takes wider ones. Without a version
 * the last arrival stays; with {@code withInsertOnly} the first.
 *
 * <p>Elasticsearch remembers the version of a deleted document for {@code index.gc_deletes} only, 60 s unless set, and
 * not beyond a restart of the node: an older write that arrives later brings the document back, unless the delete leaves
 * a tombstone ({@link ElasticsearchWriteOptions#withTombstones}).
 */
public final class ElasticsearchSink {

    private ElasticsearchSink() {}

    /** A sink of whole documents with {@link SinkTuning#forElasticsearch} and the default retries. */
    public static <T, D> BatchSink<T> of(Changes<T, D> changes, ElasticsearchOptions options) {
        return of(changes, options, ElasticsearchWriteOptions.defaults());
    }

    /** A sink of whole documents with all of the kit's options given. */
    public static <T, D> BatchSink<T> of(Changes<T, D> changes, ElasticsearchOptions options, SinkOptions sinkOptions) {
        return of(changes, options, ElasticsearchWriteOptions.defaults(), sinkOptions);
    }

    /** A sink with {@link SinkTuning#forElasticsearch} and the default retries. */
    public static <T, D> BatchSink<T> of(
            Changes<T, D> changes, ElasticsearchOptions options, ElasticsearchWriteOptions<T> writeOptions) {
        return of(changes, options, writeOptions, defaults());
    }

    /** A sink with all options given. */
    public static <T, D> BatchSink<T> of(
            Changes<T, D> changes,
            ElasticsearchOptions options,
            ElasticsearchWriteOptions<T> writeOptions,
            SinkOptions sinkOptions) {
        WritePlan plan = WritePlan.of(writeOptions, changes.writeMode());
        return sink(changes, options, writeOptions, plan, sinkOptions);
    }

    /**
     * A sink that appends every record as a new document, for streams without a key: data streams and logs. Ids are made
     * up, in an order that Elasticsearch indexes well; a request that is sent again appends nothing twice, a replay after
     * a restart does. Where records have an identity, {@code Changes.withInsertOnly} appends each exactly once.
     */
    public static <T> BatchSink<T> append(
            Extractor<T, ?> document,
            ElasticsearchOptions options,
            ElasticsearchWriteOptions<T> writeOptions,
            SinkOptions sinkOptions) {
        Changes<T, Object> changes =
                Changes.<T, Object>of(new GeneratedKeys<>(), document::extract).withInsertOnly();
        WritePlan plan = WritePlan.of(writeOptions, WriteMode.INSERT_ONLY).appending();
        return sink(changes, options, writeOptions, plan, sinkOptions);
    }

    /** As {@link #append(Extractor, ElasticsearchOptions, ElasticsearchWriteOptions, SinkOptions)} with defaults. */
    public static <T> BatchSink<T> append(
            Extractor<T, ?> document, ElasticsearchOptions options, ElasticsearchWriteOptions<T> writeOptions) {
        return append(document, options, writeOptions, defaults());
    }

    private static SinkOptions defaults() {
        return SinkOptions.defaults().withTuning(SinkTuning.forElasticsearch());
    }

    private static <T, D> BatchSink<T> sink(
            Changes<T, D> changes,
            ElasticsearchOptions options,
            ElasticsearchWriteOptions<T> writeOptions,
            WritePlan plan,
            SinkOptions sinkOptions) {
        Changes<T, byte[]> documents = changes.withPayload(JsonDocument::bytes);
        return BatchSink.of(
                DocumentAddress.address(documents, writeOptions, options.index()),
                new ElasticsearchDestinationFactory(options, plan),
                sinkOptions);
    }

    /**
     * Dead letters of this sink as the changes they were; pass them to {@link #of} with the sink's own options, and with
     * {@link ElasticsearchWriteOptions#forReplay} of its write options if it has any.
     */
    public static Changes<DeadLetter, byte[]> replay(WriteMode mode) {
        return DeadLetters.replay(PayloadCodec.bytes(), mode);
    }
}
