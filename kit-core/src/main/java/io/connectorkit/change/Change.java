package io.connectorkit.change;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One change of one key: the only thing the write path accepts.
 *
 * @param <P> what the destination stores: a document, a row, an item
 */
public sealed interface Change<P> {

    /** Identity of what changed; changes of equal keys are never in flight together. */
    ChangeKey key();

    /** Position of this change among all changes of its key; null when the source has none ({@link WriteMode#OVERWRITE}). */
    @Nullable
    ChangeVersion version();

    /** The key now holds {@code payload}. */
    record Upsert<P>(ChangeKey key, @Nullable ChangeVersion version, P payload) implements Change<P> {
        public Upsert {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(payload, "payload");
        }

        /** Key and version only: payloads never reach a log. */
        @Override
        public String toString() {
            return "Upsert[" + key + (version == null ? "" : " @" + version) + "]";
        }
    }

    /** The key no longer exists. */
    record Delete<P>(ChangeKey key, @Nullable ChangeVersion version) implements Change<P> {
        public Delete {
            Objects.requireNonNull(key, "key");
        }

        @Override
        public String toString() {
            return "Delete[" + key + (version == null ? "" : " @" + version) + "]";
        }
    }
}
