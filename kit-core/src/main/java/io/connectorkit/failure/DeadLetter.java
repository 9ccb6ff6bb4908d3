package io.connectorkit.failure;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeVersion;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A change that its destination will never accept as it is, kept with the reason so that it can be mended and replayed.
 *
 * @param destination the sink's name for its destination
 * @param operation what was to be done
 * @param key text of the change's key ({@link io.connectorkit.change.ChangeKey#text}); null when unreadable
 * @param version decimal digits of the change's version; null without one
 * @param payload the payload as the sink's codec encodes it, or the record as the stream's serializer does when
 *     unreadable; empty for deletes
 * @param causeClass class of the exception that names the reason
 * @param message the reason in the destination's own words
 * @param attempts how often the change was sent
 * @param timeMillis when it was given up, in milliseconds since the epoch
 */
public record DeadLetter(
        String destination,
        Operation operation,
        @Nullable String key,
        @Nullable String version,
        byte[] payload,
        String causeClass,
        String message,
        int attempts,
        long timeMillis) {

    /** What a dead letter was to do. */
    public enum Operation {
        UPSERT,
        DELETE,
        /** The record could not be read as a change: no key, a negative version, an extractor that failed. */
        UNREADABLE
    }

    /** A change that was refused. */
    public static DeadLetter of(
            String destination, Change<?> change, byte[] payload, Throwable cause, int attempts, long timeMillis) {
        ChangeVersion version = change.version();
        return new DeadLetter(
                destination,
                change instanceof Change.Delete ? Operation.DELETE : Operation.UPSERT,
                change.key().text(),
                version == null ? null : version.toString(),
                payload,
                cause.getClass().getName(),
                Objects.toString(cause.getMessage(), ""),
                attempts,
                timeMillis);
    }

    /** A record that is no change. */
    public static DeadLetter unreadable(String destination, byte[] record, Throwable cause, long timeMillis) {
        return new DeadLetter(
                destination,
                Operation.UNREADABLE,
                null,
                null,
                record,
                cause.getClass().getName(),
                Objects.toString(cause.getMessage(), ""),
                0,
                timeMillis);
    }

    /** Everything but the payload, of which only the size is shown. */
    @Override
    public String toString() {
        return "DeadLetter[" + operation + " " + key + (version == null ? "" : " @" + version) + " for " + destination
                + ", " + payload.length + " bytes, after " + attempts + " attempts: " + causeClass + ": " + message
                + "]";
    }
}
