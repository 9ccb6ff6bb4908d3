package io.connectorkit.mongodb;

import java.io.Serializable;
import org.bson.BsonDocument;

/** Makes a value of a document that a lookup or a source read. */
@FunctionalInterface
public interface MongoDocumentMapper<V> extends Serializable {

    /** Must not keep {@code document} or return null. A lookup's value is cached and shared: make it immutable. */
    V map(BsonDocument document) throws Exception;
}
