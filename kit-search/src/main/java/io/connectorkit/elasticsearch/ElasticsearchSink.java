package io.connectorkit.elasticsearch;

import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.DeadLetter;
import io.connectorkit.sink.BatchSink;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.DeadLetters;
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
 * Versions must fit 64 bits. Without a version the last arrival stays; with {@code withInsertOnly} the first.
 *
 * <p>Elasticsearch remembers the version of a deleted document for {@code index.gc_deletes} only, 60 s unless set, and
 * not beyond a restart of the node: an older write that arrives later brings the document back. Set
 * {@code index.gc_deletes} above the longest replay you expect (a checkpoint interval plus a restart).
 */
public final class ElasticsearchSink {

    private ElasticsearchSink() {}

    /** A sink with {@link SinkTuning#forElasticsearch} and the default retries. */
    public static <T, D> BatchSink<T> of(Changes<T, D> changes, ElasticsearchOptions options) {
        return of(changes, options, SinkOptions.defaults().withTuning(SinkTuning.forElasticsearch()));
    }

    /** A sink with all options given. */
    public static <T, D> BatchSink<T> of(Changes<T, D> changes, ElasticsearchOptions options, SinkOptions sinkOptions) {
        return BatchSink.of(
                changes.<byte[]>withPayload(JsonDocument::bytes),
                new ElasticsearchDestinationFactory(options, changes.writeMode()),
                sinkOptions);
    }

    /** Dead letters of this sink as the changes they were; pass them to {@link #of} with the sink's own options. */
    public static Changes<DeadLetter, byte[]> replay(WriteMode mode) {
        return DeadLetters.replay(PayloadCodec.bytes(), mode);
    }
}
