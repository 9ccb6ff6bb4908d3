package io.connectorkit.sink;

import io.connectorkit.change.Change;
import org.jspecify.annotations.Nullable;

/**
 * Makes one change of two consecutive ones of a key, so that they travel together and order costs no round trip each.
 *
 * @param <P> the payload
 */
@FunctionalInterface
public interface Join<P> {

    /**
     * One change of the same key that stands for both, {@code first} before {@code next}; null when they must go apart.
     * Either may be what this has made of two before. Its size is the sum of theirs. Called on the task thread, before
     * either is sent.
     */
    @Nullable
    Change<P> join(Change<P> first, Change<P> next);
}
