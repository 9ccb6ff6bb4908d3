package io.connectorkit.sink;

/**
 * How many requests may be in flight: the tuned number, halved when the destination asks for less load and won back one
 * by one.
 *
 * <p>Only an explicit throttled signal shrinks it, and only once for all requests that were already under way: a burst
 * of refusals is one signal, not many. Rejected records never do.
 */
final class Window {

    private final int most;
    private int limit;
    private long nextRequest;
    private long firstAfterCut;
    private int successes;

    Window(int most) {
        this.most = most;
        this.limit = most;
    }

    int limit() {
        return limit;
    }

    /** Number of the request being sent, to be given back with its end. */
    long sent() {
        return nextRequest++;
    }

    void throttled(long request) {
        if (request >= firstAfterCut) {
            limit = Math.max(1, limit / 2);
            firstAfterCut = nextRequest;
            successes = 0;
        }
    }

    /** One more request at a time after as many good ones as fit the window. */
    void succeeded() {
        if (limit < most && ++successes >= limit) {
            limit++;
            successes = 0;
        }
    }
}
