package io.connectorkit.elasticsearch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.io.Serializable;

/** Makes of a document what a lookup finds; called by any thread, several at a time. */
@FunctionalInterface
public interface ElasticsearchLookupMapper<V> extends Serializable {

    /** Never null. What it throws fails the lookup, by the class of the exception: its message may quote the document. */
    V map(String id, JsonNode source) throws IOException;

    /** Documents as records or POJOs, read by Jackson; fields that {@code type} does not have are skipped. */
    static <V> ElasticsearchLookupMapper<V> of(Class<V> type) {
        return (id, source) -> {
            ObjectReader reader = JsonDocument.readerFor(type);
            return reader.readValue(source);
        };
    }
}
