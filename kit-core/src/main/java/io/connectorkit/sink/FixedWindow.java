package io.connectorkit.sink;

/**
 * The tuned number of requests: halved when the destination asks for less load and won back one by one.
 *
 * <p>Only an explicit throttled signal shrinks it, and only once for all requests that were already under way: a burst
 * of refusals is one signal, not many. Rejected records never do.
 */
final class FixedWindow implements Window {

    private final SinkTuning tuning;
    private int limit;
    private long nextRequest;
    private long firstAfterCut;
    private int successes;

    FixedWindow(SinkTuning tuning) {
        this.tuning = tuning;
        this.limit = tuning.inFlight();
    }

    @Override
    public int limit() {
        return limit;
    }

    @Override
    public int batchEntries() {
        return tuning.batchEntries();
    }

    @Override
    public long batchBytes() {
        return tuning.batchBytes().getBytes();
    }

    @Override
    public int heldEntries() {
        return tuning.bufferedEntries();
    }

    @Override
    public long sent() {
        return nextRequest++;
    }

    @Override
    public void throttled(long request, long nowMillis) {
        if (request >= firstAfterCut) {
            limit = Math.max(1, limit / 2);
            firstAfterCut = nextRequest;
            successes = 0;
        }
    }

    /** One more request at a time after as many good ones as fit the window. */
    @Override
    public void succeeded() {
        if (limit < tuning.inFlight() && ++successes >= limit) {
            limit++;
            successes = 0;
        }
    }

    @Override
    public void answered(long request, int delivered, long latencyMillis, boolean waiting, long nowMillis) {}

    @Override
    public void pause() {}

    @Override
    public void resume() {}
}
