package io.connectorkit.elasticsearch;

import io.connectorkit.change.ChangeVersion;
import org.jspecify.annotations.Nullable;

/**
 * What an index held of a document when it was read, so that a write can be made to depend on it.
 *
 * @param found whether there was a document, a tombstone included
 * @param sequenceNumber of its last write; only of a document that was found
 * @param primaryTerm of its last write
 * @param version in its version field; null when it has none that reads as a version, so that any change is newer
 * @param deleted whether it is a tombstone
 * @param problem why nothing is known; null when something is
 */
record Standing(
        boolean found,
        long sequenceNumber,
        long primaryTerm,
        @Nullable ChangeVersion version,
        boolean deleted,
        BulkReply.@Nullable Error problem) {

    static final Standing NOTHING = new Standing(false, 0, 0, null, false, null);

    static Standing unknown(BulkReply.Error problem) {
        return new Standing(false, 0, 0, null, false, problem);
    }
}
