package io.connectorkit.examples.demo;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What must be stopped at the end, in the reverse order of its start, whether the run ends or is interrupted. */
final class Resources implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Resources.class);

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private boolean closed;
    private volatile boolean interrupted;

    /** Takes charge of {@code resource}; what comes after the end is stopped at once. */
    <T extends AutoCloseable> T add(T resource) throws Exception {
        synchronized (open) {
            if (!closed) {
                open.push(resource);
                return resource;
            }
        }
        resource.close();
        throw new InterruptedException("the demo was stopped");
    }

    /** Stops everything before the run is over. */
    void interrupt() {
        interrupted = true;
        close();
    }

    /** Whether the end came from outside: what fails then is no news. */
    boolean interrupted() {
        return interrupted;
    }

    /** Whether everything has been stopped, or is being. */
    boolean closed() {
        synchronized (open) {
            return closed;
        }
    }

    /** Stops everything, each once; a second caller waits until the first is done. */
    @Override
    public synchronized void close() {
        synchronized (open) {
            closed = true;
        }
        for (AutoCloseable next = next(); next != null; next = next()) {
            try {
                next.close();
            } catch (Exception e) {
                // What remains is stopped all the same.
                LOG.warn("Not stopped cleanly", e);
            }
        }
    }

    private @Nullable AutoCloseable next() {
        synchronized (open) {
            return open.poll();
        }
    }
}
