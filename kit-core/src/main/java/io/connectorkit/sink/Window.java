package io.connectorkit.sink;

/**
 * How much work may be on its way at the moment: requests at a time, changes in each, changes held.
 *
 * <p>Lives on the task thread, is asked and told once for each request, never for each change. Time is given.
 */
interface Window {

    /** The window of a tuning: fixed, or adaptive when it has a flush budget. */
    static Window of(SinkTuning tuning) {
        return tuning.flushBudget() == null ? new FixedWindow(tuning) : new AdaptiveWindow(tuning);
    }

    /** Most requests at a time. */
    int limit();

    /** Most changes in the next request. */
    int batchEntries();

    /** Most bytes in the next request. */
    long batchBytes();

    /** Most changes held, waiting or in flight. */
    int heldEntries();

    /** Number of the request being sent, to be given back with its end. */
    long sent();

    /** A request was answered, and no change of it failed but for reasons of its own. */
    void succeeded();

    /** The destination asked for less load. */
    void throttled(long request, long nowMillis);

    /**
     * A request has ended and its place is free; comes after {@link #succeeded} or {@link #throttled}.
     *
     * @param delivered changes of it that are done with
     * @param waiting whether a full batch was waiting for the place: only then does the pace measure the destination
     */
    void answered(long request, int delivered, long latencyMillis, boolean waiting, long nowMillis);

    /** A checkpoint drains the sink: until {@link #resume}, the pace says nothing. */
    void pause();

    void resume();
}
