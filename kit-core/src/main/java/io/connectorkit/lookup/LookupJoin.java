package io.connectorkit.lookup;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Joins a record with what was found under its key; called by the task thread. */
@FunctionalInterface
public interface LookupJoin<IN, V, OUT> extends Serializable {

    /**
     * The record to emit, or null for none: an inner join returns null when {@code found} is null.
     *
     * @param found null when there is no row, or the record has no key; shared between records, so not to be changed
     */
    @Nullable
    OUT join(IN record, @Nullable V found) throws Exception;
}
