package io.connectorkit.lookup;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Reads the key to look up off a record. */
@FunctionalInterface
public interface LookupKey<IN, K> extends Serializable {

    /** Null when the record refers to nothing: it is joined with null and nothing is asked. */
    @Nullable
    K of(IN record) throws Exception;
}
