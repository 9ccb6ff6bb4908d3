package io.connectorkit.sink;

import org.jspecify.annotations.Nullable;

/** The requests in flight, oldest first: their deadlines pass in this order. Lives on the task thread. */
final class InFlight<P> {

    private @Nullable Request<P> oldest;
    private @Nullable Request<P> newest;
    private int size;

    int size() {
        return size;
    }

    @Nullable
    Request<P> oldest() {
        return oldest;
    }

    void add(Request<P> request) {
        request.older = newest;
        if (newest == null) {
            oldest = request;
        } else {
            newest.newer = request;
        }
        newest = request;
        size++;
    }

    /** Takes a request out; it is settled from now on, whatever the destination may still report. */
    void remove(Request<P> request) {
        request.settled = true;
        if (request.older == null) {
            oldest = request.newer;
        } else {
            request.older.newer = request.newer;
        }
        if (request.newer == null) {
            newest = request.older;
        } else {
            request.newer.older = request.older;
        }
        request.older = null;
        request.newer = null;
        size--;
    }
}
