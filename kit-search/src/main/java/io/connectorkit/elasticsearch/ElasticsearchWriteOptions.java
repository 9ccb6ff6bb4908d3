package io.connectorkit.elasticsearch;

import io.connectorkit.change.DeleteMode;
import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.DeadLetter;
import io.connectorkit.sink.Extractor;
import java.io.Serializable;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How changes become documents: where each one goes, what is done with it, what stays behind of a delete.
 *
 * <p>Immutable; each {@code with} call returns a copy. What does not go together is refused when the sink is made, all at
 * once.
 *
 * @param <T> the stream's records
 * @param action what an upsert does
 * @param index the record's own index; null, here or for a record, means {@link ElasticsearchOptions#index()}
 * @param routing the record's routing; null, here or for a record, means none
 * @param pipeline ingest pipeline that documents pass; null means the index's own
 * @param refresh when written documents can be searched
 * @param dataStream whether the index is a data stream: creates only, and never an index in its place
 * @param deleteMode what a delete leaves behind
 * @param readersAlias alias that hides tombstones, made when the sink opens; null for none
 * @param versionField field that holds the version, for versions beyond 64 bits and guarded updates; null leaves the
 *     guard to Elasticsearch
 * @param keyDelimiter joins the parts of a key into an id as the official connector does; null makes ids that cannot
 *     collide
 */
public record ElasticsearchWriteOptions<T>(
        ElasticsearchAction action,
        @Nullable Extractor<T, String> index,
        @Nullable Extractor<T, String> routing,
        @Nullable String pipeline,
        Refresh refresh,
        boolean dataStream,
        DeleteMode deleteMode,
        @Nullable String readersAlias,
        @Nullable String versionField,
        @Nullable String keyDelimiter)
        implements Serializable {

    /** When written documents can be searched. */
    public enum Refresh {
        /** With the index's next refresh: by default within a second. */
        NONE("false"),
        /** Before a request is answered, once the index refreshes: checkpoints wait for that. */
        WAIT_FOR("wait_for"),
        /** At once, by a refresh for every request: for tests. */
        NOW("true");

        private final String parameter;

        Refresh(String parameter) {
            this.parameter = parameter;
        }

        String parameter() {
            return parameter;
        }
    }

    public ElasticsearchWriteOptions {
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(refresh, "refresh");
        Objects.requireNonNull(deleteMode, "deleteMode");
    }

    /** Whole documents into one index, guarded by Elasticsearch, deletes that remove, ids that cannot collide. */
    public static <T> ElasticsearchWriteOptions<T> defaults() {
        return new ElasticsearchWriteOptions<>(
                ElasticsearchAction.index(), null, null, null, Refresh.NONE, false, DeleteMode.HARD, null, null, null);
    }

    /**
     * The same for dead letters of a sink with these options: their keys name index and routing already. Pass it to
     * {@link ElasticsearchSink#of} with {@link ElasticsearchSink#replay}.
     */
    public ElasticsearchWriteOptions<DeadLetter> forReplay() {
        return new ElasticsearchWriteOptions<>(
                action,
                index == null ? null : DocumentAddress.inKey(),
                routing == null ? null : DocumentAddress.inKey(),
                pipeline,
                refresh,
                dataStream,
                deleteMode,
                readersAlias,
                versionField,
                keyDelimiter);
    }

    /** With {@link WriteMode#NEWEST_WINS}, updates need {@link #withVersionField} and scripts are refused. */
    public ElasticsearchWriteOptions<T> withAction(ElasticsearchAction action) {
        return copy(copy -> copy.action = action);
    }

    /**
     * An index for each record. It must depend on what never changes for a key, such as a creation date: a key whose
     * index changes leaves its old document behind, and the guard of one index knows nothing of the other.
     */
    public ElasticsearchWriteOptions<T> withIndex(Extractor<T, String> index) {
        return copy(copy -> copy.index = index);
    }

    /** A routing for each record; like the index, it must never change for a key. */
    public ElasticsearchWriteOptions<T> withRouting(Extractor<T, String> routing) {
        return copy(copy -> copy.routing = routing);
    }

    public ElasticsearchWriteOptions<T> withPipeline(String pipeline) {
        return copy(copy -> copy.pipeline = pipeline);
    }

    public ElasticsearchWriteOptions<T> withRefresh(Refresh refresh) {
        return copy(copy -> copy.refresh = refresh);
    }

    /** For data streams, Elasticsearch 8.13 or newer; needs {@code Changes.withInsertOnly}. */
    public ElasticsearchWriteOptions<T> withDataStream() {
        return copy(copy -> copy.dataStream = true);
    }

    /**
     * A delete leaves a document with its version and {@code "_deleted": true}, so that no replay brings the row back:
     * Elasticsearch itself forgets deletes after {@code index.gc_deletes} and when a node restarts. Readers filter by
     * that field; {@link #withReadersAlias} does it for them. Purge by {@code _deleted_at}.
     */
    public ElasticsearchWriteOptions<T> withTombstones() {
        return copy(copy -> copy.deleteMode = DeleteMode.TOMBSTONE);
    }

    /** Tombstones, and an alias of the index that hides them; needs the privilege to manage the index. */
    public ElasticsearchWriteOptions<T> withReadersAlias(String alias) {
        return copy(copy -> {
            copy.deleteMode = DeleteMode.TOMBSTONE;
            copy.readersAlias = alias;
        });
    }

    /**
     * Keeps the version in this field of the document and guards by reading, comparing and writing on condition that
     * nothing was written in between: twice the requests, for versions of any width. Without tombstones a deleted
     * document leaves no version at all.
     */
    public ElasticsearchWriteOptions<T> withVersionField(String versionField) {
        return copy(copy -> copy.versionField = versionField);
    }

    /** For an index that the official connector has filled: ("a_b", "c") and ("a", "b_c") are then one document. */
    public ElasticsearchWriteOptions<T> withKeyDelimiter(String keyDelimiter) {
        return copy(copy -> copy.keyDelimiter = keyDelimiter);
    }

    private ElasticsearchWriteOptions<T> copy(Consumer<Copy<T>> change) {
        Copy<T> copy = new Copy<>(this);
        change.accept(copy);
        return copy.options();
    }

    /** Options in the making: all of others, until some are changed. */
    private static final class Copy<T> {

        private ElasticsearchAction action;
        private @Nullable Extractor<T, String> index;
        private @Nullable Extractor<T, String> routing;
        private @Nullable String pipeline;
        private Refresh refresh;
        private boolean dataStream;
        private DeleteMode deleteMode;
        private @Nullable String readersAlias;
        private @Nullable String versionField;
        private @Nullable String keyDelimiter;

        Copy(ElasticsearchWriteOptions<T> of) {
            this.action = of.action;
            this.index = of.index;
            this.routing = of.routing;
            this.pipeline = of.pipeline;
            this.refresh = of.refresh;
            this.dataStream = of.dataStream;
            this.deleteMode = of.deleteMode;
            this.readersAlias = of.readersAlias;
            this.versionField = of.versionField;
            this.keyDelimiter = of.keyDelimiter;
        }

        ElasticsearchWriteOptions<T> options() {
            return new ElasticsearchWriteOptions<>(
                    action,
                    index,
                    routing,
                    pipeline,
                    refresh,
                    dataStream,
                    deleteMode,
                    readersAlias,
                    versionField,
                    keyDelimiter);
        }
    }
}
