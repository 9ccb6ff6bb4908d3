package io.connectorkit.elasticsearch;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.lookup.LookupContext;
import io.connectorkit.lookup.LookupSource;
import io.connectorkit.lookup.LookupSourceFactory;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Looks documents of an index up, many keys in one request: what {@link io.connectorkit.lookup.AsyncLookup} joins a
 * stream with.
 *
 * <p>{@link #byId} finds the one document that {@link ElasticsearchSink} writes under a key, as of its last write.
 * {@link #byFields} finds all documents whose fields have the values of a key, as of the index's last refresh. Tombstones
 * are missing in both.
 *
 * @param <V> what is found under a key
 */
public final class ElasticsearchLookup<V> implements LookupSourceFactory<ChangeKey, V> {

    private static final long serialVersionUID = 1L;

    /** Opens one of the two kinds of lookup. */
    @FunctionalInterface
    interface Opener<V> extends Serializable {
        LookupSource<ChangeKey, V> open(LookupRequests requests) throws IOException, InterruptedException;
    }

    private final ElasticsearchOptions options;
    private final Opener<V> opener;

    private ElasticsearchLookup(ElasticsearchOptions options, Opener<V> opener) {
        this.options = Objects.requireNonNull(options, "options");
        this.opener = opener;
    }

    /** Documents by the key they were written under. Documents with a routing of their own are not found. */
    public static <V> ElasticsearchLookup<V> byId(ElasticsearchOptions options, ElasticsearchLookupMapper<V> mapper) {
        return byId(options, null, null, List.of(), mapper);
    }

    /** As {@link #byId(ElasticsearchOptions, ElasticsearchLookupMapper)} with ids of the official connector's layout. */
    public static <V> ElasticsearchLookup<V> byId(
            ElasticsearchOptions options, String keyDelimiter, ElasticsearchLookupMapper<V> mapper) {
        return byId(options, Objects.requireNonNull(keyDelimiter, "keyDelimiter"), null, List.of(), mapper);
    }

    /**
     * As {@link #byId(ElasticsearchOptions, ElasticsearchLookupMapper)}.
     *
     * @param order which part of the key looked up is each part of the document's key; null for the same
     * @param sourceFields the only fields that the mapper reads; empty for all
     */
    static <V> ElasticsearchLookup<V> byId(
            ElasticsearchOptions options,
            @Nullable String keyDelimiter,
            int @Nullable [] order,
            List<String> sourceFields,
            ElasticsearchLookupMapper<V> mapper) {
        Objects.requireNonNull(mapper, "mapper");
        DocumentAddress address = new DocumentAddress(false, false, keyDelimiter);
        List<String> fields = List.copyOf(sourceFields);
        return new ElasticsearchLookup<>(
                options, requests -> new IdLookupSource<>(requests, address, order, fields, mapper));
    }

    /**
     * All documents whose {@code fields} have the values of a key's parts, in this order. Fields are compared as a term:
     * keyword, number, date, boolean, ip; a text field is replaced by its keyword sub-field or refused.
     */
    public static <V> ElasticsearchLookup<List<V>> byFields(
            ElasticsearchOptions options, List<String> fields, ElasticsearchLookupMapper<V> mapper) {
        return byFields(options, fields, List.of(), mapper);
    }

    static <V> ElasticsearchLookup<List<V>> byFields(
            ElasticsearchOptions options,
            List<String> fields,
            List<String> sourceFields,
            ElasticsearchLookupMapper<V> mapper) {
        Objects.requireNonNull(mapper, "mapper");
        if (fields.isEmpty()) {
            throw new IllegalArgumentException("fields must name at least one field, got none");
        }
        List<String> terms = List.copyOf(fields);
        List<String> read = List.copyOf(sourceFields);
        return new ElasticsearchLookup<>(
                options, requests -> new FieldLookupSource<>(requests, TermFields.open(requests, terms), read, mapper));
    }

    @Override
    public LookupSource<ChangeKey, V> open(LookupContext context) throws IOException, InterruptedException {
        ClusterClient client = ClusterClient.open(options, context.options().inFlight());
        try {
            new ClusterCheck(client, options).runForReading();
            return opener.open(new LookupRequests(client, options));
        } catch (IOException | InterruptedException | RuntimeException e) {
            client.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return "Elasticsearch index '" + options.index() + "'";
    }
}
