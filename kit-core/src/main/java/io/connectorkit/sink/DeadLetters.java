package io.connectorkit.sink;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.DeadLetter;
import org.jspecify.annotations.Nullable;

/** Brings dead letters back as changes. */
public final class DeadLetters {

    private DeadLetters() {}

    /**
     * Reads dead letters as the changes they were, so that a sink of the same destination takes them in again.
     *
     * <p>With {@link WriteMode#NEWEST_WINS} a letter goes through the guard with its own version: whatever the store
     * took in since then stays. A letter without a version, or one that was unreadable, is refused.
     */
    public static <P> Changes<DeadLetter, P> replay(PayloadCodec<P> codec, WriteMode mode) {
        Changes<DeadLetter, P> changes = Changes.<DeadLetter, P>of(
                        letter -> ChangeKey.parse(present(letter.key(), "key", letter)),
                        letter -> codec.decode(letter.payload()))
                .withDeletes(letter -> letter.operation() == DeadLetter.Operation.DELETE);
        return switch (mode) {
            case NEWEST_WINS ->
                changes.withVersion(letter -> ChangeVersion.of(present(letter.version(), "version", letter)));
            case INSERT_ONLY -> changes.withInsertOnly();
            case OVERWRITE -> changes;
        };
    }

    private static String present(@Nullable String value, String what, DeadLetter letter) {
        if (value == null) {
            throw new IllegalArgumentException("a dead letter without a " + what + " cannot be replayed: " + letter);
        }
        return value;
    }
}
