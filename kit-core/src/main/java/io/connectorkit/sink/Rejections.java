package io.connectorkit.sink;

import io.connectorkit.change.Change;
import java.io.IOException;

/** What becomes of changes that will never be accepted. Called by the task thread. */
interface Rejections<T, P> {

    /** A record that cannot be read as a change. */
    void unreadable(T record, Exception cause) throws IOException, InterruptedException;

    /** A change the destination rejected after {@code attempts} attempts; it has left the buffer. */
    void rejected(Change<P> change, int attempts, Throwable cause) throws IOException;

    /** Changes the destination has accepted, for the share of those it has not. */
    default void accepted(int count) {}

    /** Hands on what was collected; may give the thread away, so the writer's state must be whole. */
    default void forward() throws IOException, InterruptedException {}

    /** Fails the job: the default, because nothing else loses nothing. */
    record Fail<T, P>(String name) implements Rejections<T, P> {

        @Override
        public void unreadable(T record, Exception cause) throws IOException {
            throw new IOException(
                    "a record for " + name + " could not be read as a change: " + cause.getMessage()
                            + "; mend the extractor, or keep such records with deadLettersTo(..)",
                    cause);
        }

        @Override
        public void rejected(Change<P> change, int attempts, Throwable cause) throws IOException {
            throw new IOException(
                    name + " rejected the change of key " + change.key() + ": " + cause.getMessage()
                            + "; keep such changes with deadLettersTo(..)",
                    cause);
        }
    }
}
