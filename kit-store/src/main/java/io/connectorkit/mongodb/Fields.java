package io.connectorkit.mongodb;

import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** Dotted paths into documents. */
final class Fields {

    private Fields() {}

    /** The value at {@code path}; null if there is none. */
    static @Nullable BsonValue value(BsonDocument document, String path) {
        BsonDocument parent = document;
        int start = 0;
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', start)) {
            BsonValue child = parent.get(path.substring(start, dot));
            if (child == null || !child.isDocument()) {
                return null;
            }
            parent = child.asDocument();
            start = dot + 1;
        }
        return parent.get(path.substring(start));
    }
}
