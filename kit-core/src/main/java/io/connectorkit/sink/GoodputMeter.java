package io.connectorkit.sink;

/**
 * Changes delivered each second while the window was full, over a number of answers.
 *
 * <p>Starts with the first answer to a request that was sent under the present setting, so that what an earlier setting
 * left in flight does not count. Time in which a checkpoint drains the sink is left out.
 */
final class GoodputMeter {

    private static final long NONE = Long.MIN_VALUE;

    private long firstRequest;
    private int answersNeeded;
    private long millisNeeded;

    private long segmentMillis = NONE;
    private long lastMillis;
    private long earlierMillis;
    private long delivered;
    private int answers;
    private int idleAnswers;
    private boolean paused;

    /** Measures what is sent from {@code firstRequest} on. */
    void restart(long firstRequest, int answersNeeded, long millisNeeded) {
        this.firstRequest = firstRequest;
        this.answersNeeded = answersNeeded;
        this.millisNeeded = millisNeeded;
        segmentMillis = NONE;
        earlierMillis = 0;
        delivered = 0;
        answers = 0;
        idleAnswers = 0;
    }

    void answered(long request, int entries, boolean waiting, long nowMillis) {
        if (paused) {
            return;
        }
        if (segmentMillis == NONE) {
            if (request >= firstRequest) {
                segmentMillis = nowMillis;
                lastMillis = nowMillis;
            }
            return;
        }
        lastMillis = nowMillis;
        delivered += entries;
        answers++;
        if (!waiting) {
            idleAnswers++;
        }
    }

    void pause() {
        earlierMillis = elapsedMillis();
        segmentMillis = NONE;
        paused = true;
    }

    void resume(long firstRequest) {
        this.firstRequest = firstRequest;
        paused = false;
    }

    int answers() {
        return answers;
    }

    long elapsedMillis() {
        return earlierMillis + (segmentMillis == NONE ? 0 : lastMillis - segmentMillis);
    }

    boolean complete() {
        return answers >= answersNeeded && elapsedMillis() >= millisNeeded;
    }

    /** Whether the sink had too little to send for the pace to say anything about the destination. */
    boolean idle() {
        return idleAnswers * 4 > answers;
    }

    /** Changes a second; only with {@link #elapsedMillis} above 0. */
    double perSecond() {
        return delivered * 1000.0 / elapsedMillis();
    }
}
