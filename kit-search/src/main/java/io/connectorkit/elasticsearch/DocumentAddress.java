package io.connectorkit.elasticsearch;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.failure.DeadLetter;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.Extractor;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a document is: index, routing and id, of which the first two are leading parts of the change's key where records
 * have their own.
 *
 * <p>They belong to the key because documents of one id in two indices are two documents: each has its own order, and a
 * dead letter or a delete without a document still knows where it goes.
 *
 * @param ownIndex whether the key's first part is an index
 * @param routed whether its next part is a routing; empty for none
 * @param delimiter see {@link ElasticsearchWriteOptions#keyDelimiter()}
 */
record DocumentAddress(boolean ownIndex, boolean routed, @Nullable String delimiter) implements Serializable {

    /** Longest {@code _id} (Elasticsearch mapping reference, _id field). */
    static final int ID_BYTES = 512;

    private static final Extractor<DeadLetter, String> IN_KEY = letter -> {
        throw new IllegalStateException("the key of a dead letter names index and routing already");
    };

    static DocumentAddress of(ElasticsearchWriteOptions<?> options) {
        return new DocumentAddress(options.index() != null, options.routing() != null, options.keyDelimiter());
    }

    /** Says that a dead letter's key has the part already. */
    static Extractor<DeadLetter, String> inKey() {
        return IN_KEY;
    }

    /** The changes with keys that name index and routing as far as records have their own. */
    static <T, P> Changes<T, P> address(
            Changes<T, P> changes, ElasticsearchWriteOptions<T> options, String defaultIndex) {
        Extractor<T, String> index = options.index();
        Extractor<T, String> routing = options.routing();
        boolean addressed = index == IN_KEY || routing == IN_KEY;
        if (addressed || (index == null && routing == null)) {
            return changes;
        }
        return changes.withKey((record, key) -> {
            List<Object> parts = new ArrayList<>(key.size() + 2);
            if (index != null) {
                String own = index.extract(record);
                parts.add(own == null ? defaultIndex : OptionRules.requireIndex(own));
            }
            if (routing != null) {
                String own = routing.extract(record);
                parts.add(own == null ? "" : own);
            }
            for (int i = 0; i < key.size(); i++) {
                parts.add(key.part(i));
            }
            return key(parts);
        });
    }

    /** The key's own index; null where all documents go to one. */
    @Nullable
    String index(ChangeKey key) {
        return ownIndex ? key.part(0).toString() : null;
    }

    /** The key's routing; null for none. */
    @Nullable
    String routing(ChangeKey key) {
        if (!routed) {
            return null;
        }
        String routing = key.part(ownIndex ? 1 : 0).toString();
        return routing.isEmpty() ? null : routing;
    }

    /** At most {@value #ID_BYTES} bytes; throws when the key has no id in the layout chosen. */
    String id(ChangeKey key) {
        int first = (ownIndex ? 1 : 0) + (routed ? 1 : 0);
        if (delimiter != null) {
            return delimited(key, first, delimiter);
        }
        if (first == 0) {
            return key.id(ID_BYTES);
        }
        List<Object> parts = new ArrayList<>(key.size() - first);
        for (int i = first; i < key.size(); i++) {
            parts.add(key.part(i));
        }
        return key(parts).id(ID_BYTES);
    }

    private static String delimited(ChangeKey key, int first, String delimiter) {
        StringBuilder id = new StringBuilder();
        for (int i = first; i < key.size(); i++) {
            Object part = key.part(i);
            if (part instanceof byte[]) {
                throw new IllegalArgumentException("key=" + key
                        + " must not have a part of bytes with document-id.key-delimiter, for bytes have no text; leave"
                        + " the option out");
            }
            id.append(i == first ? "" : delimiter)
                    .append(part instanceof java.math.BigDecimal number ? number.toPlainString() : part);
        }
        if (id.isEmpty()) {
            throw new IllegalArgumentException("key=" + key
                    + " must not be empty with document-id.key-delimiter (Elasticsearch has no empty _id)");
        }
        String text = id.toString();
        if (text.getBytes(StandardCharsets.UTF_8).length <= ID_BYTES) {
            return text;
        }
        return ChangeKey.of(text).id(ID_BYTES);
    }

    private static ChangeKey key(List<Object> parts) {
        return ChangeKey.of(parts.get(0), parts.subList(1, parts.size()).toArray());
    }
}
