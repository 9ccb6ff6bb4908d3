package io.connectorkit.sink;

/**
 * Changes that a setting of the window delivers each second.
 *
 * <p>Counts in rounds of as many answers as there are requests at a time: answers come in bursts, and after a whole
 * round the same request of a burst is next, so that it does not matter where in it the measurement began. Starts with
 * the first answer to a request sent under the setting. Time in which a checkpoint drains the sink is left out.
 */
final class GoodputMeter {

    private static final long NONE = Long.MIN_VALUE;

    private long firstRequest;
    private int answersOfRound = 1;
    private int roundsNeeded = 1;
    private long millisNeeded;

    private int rounds;
    private long roundsMillis;
    private long roundsDelivered;
    private int answers;
    private int idleAnswers;

    private long roundStartMillis = NONE;
    private int roundAnswers;
    private long roundDelivered;
    private boolean paused;

    /** Measures what is sent from {@code firstRequest} on, {@code limit} at a time. */
    void restart(long firstRequest, int limit, int roundsNeeded, long millisNeeded) {
        this.firstRequest = firstRequest;
        this.answersOfRound = limit;
        this.roundsNeeded = roundsNeeded;
        this.millisNeeded = millisNeeded;
        rounds = 0;
        roundsMillis = 0;
        roundsDelivered = 0;
        answers = 0;
        idleAnswers = 0;
        dropRound();
    }

    private void dropRound() {
        roundStartMillis = NONE;
        roundAnswers = 0;
        roundDelivered = 0;
    }

    void answered(long request, int delivered, boolean waiting, long nowMillis) {
        if (paused) {
            return;
        }
        if (roundStartMillis == NONE) {
            if (request >= firstRequest) {
                roundStartMillis = nowMillis;
            }
            return;
        }
        roundDelivered += delivered;
        answers++;
        if (!waiting) {
            idleAnswers++;
        }
        if (++roundAnswers == answersOfRound) {
            rounds++;
            roundsMillis += nowMillis - roundStartMillis;
            roundsDelivered += roundDelivered;
            dropRound();
            roundStartMillis = nowMillis;
        }
    }

    void pause() {
        dropRound();
        paused = true;
    }

    void resume(long firstRequest) {
        this.firstRequest = Math.max(this.firstRequest, firstRequest);
        paused = false;
    }

    int rounds() {
        return rounds;
    }

    boolean complete() {
        return rounds >= roundsNeeded && roundsMillis >= millisNeeded && roundAnswers == 0;
    }

    /** Whether the sink had too little to send for the pace to say anything about the destination. */
    boolean idle() {
        return idleAnswers * 4 > answers;
    }

    /** Changes a second; only with {@link #rounds} above 0. */
    double perSecond() {
        return roundsDelivered * 1000.0 / Math.max(1, roundsMillis);
    }
}
