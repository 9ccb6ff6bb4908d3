package io.connectorkit.sink;

import java.util.Objects;

/**
 * A window that finds its size by what it brings: grows while goodput grows, shrinks while that costs none.
 *
 * <p>One number is controlled, {@code size}, in full batches: 6.3 are 7 requests at a time with 90 % of a batch in each,
 * 0.5 is one request with half a batch. It is changed as an experiment: goodput is measured at the present size, then at
 * a larger or smaller one, and the better is kept; more work in flight must bring goodput, or latency is all it brings.
 * Experiments that change nothing get rarer, a shift of goodput makes them frequent again. An explicit throttled signal
 * cuts the size at once, and it is won back along a cubic (RFC 9438). What is held is a part of what the destination
 * delivers within the flush budget.
 */
final class AdaptiveWindow implements Window {

    /** Steps of experiments: while goodput is far from known, and near it. */
    private static final double COARSE = 1.6;

    private static final double FINE = 1.3;

    /** What a step must bring, or may cost, as a part of the step. Measured: docs/adr/0010-adaptive-window.md. */
    private static final double MIN_GAIN = 0.06;

    private static final double MAX_LOSS = 0.02;

    /** Goodput this much off, twice in a row, means another destination than before; this low, a failed experiment. */
    private static final double SHIFT = 0.2;

    private static final double COLLAPSE = 0.7;
    private static final long CEILING_MILLIS = 30_000;

    private static final long FIRST_WAIT_MILLIS = 1_000;
    private static final long LONGEST_WAIT_MILLIS = 16_000;

    /** At most one part in so many of the time goes into experiments that fail. */
    private static final long RARELY = 6;

    /** Parts of the flush budget that what is held may fill: when it must, and when it need not. */
    private static final double MOST_OF_BUDGET = 0.6;

    private static final double SOME_OF_BUDGET = 0.1;

    private final SinkTuning tuning;
    private final double budgetSeconds;
    private final double smallest;
    private final GoodputMeter meter = new GoodputMeter();

    private double size = 1;
    private int limit;
    private int batchEntries;
    private long batchBytes;
    private int heldEntries;
    private long nextRequest;

    /** Changes a second as measured last; 0 before the first measurement. */
    private double goodput;

    // The experiment: the size it started from and what that delivers.
    private double restSize = 1;
    private double restGoodput;
    private boolean probing;
    private boolean drained;
    private boolean upwards = true;
    private double step = COARSE;
    private double change = 1;
    private long waitMillis;
    private long lastProbeMillis;
    private boolean shifted;

    // The size at which goodput fell apart, and when.
    private double ceiling;
    private long ceilingMillis;

    private final CubicRecovery recovery = new CubicRecovery();
    private long firstAfterCut;

    AdaptiveWindow(SinkTuning tuning) {
        this.tuning = tuning;
        this.budgetSeconds = Objects.requireNonNull(tuning.flushBudget()).toMillis() / 1000.0;
        this.smallest = 1.0 / tuning.batchEntries();
        resize(1.0 / 8);
        measure(true);
    }

    @Override
    public int limit() {
        return limit;
    }

    @Override
    public int batchEntries() {
        return batchEntries;
    }

    @Override
    public long batchBytes() {
        return batchBytes;
    }

    @Override
    public int heldEntries() {
        return heldEntries;
    }

    @Override
    public long sent() {
        return nextRequest++;
    }

    @Override
    public void succeeded() {}

    @Override
    public void throttled(long request, long nowMillis) {
        if (request < firstAfterCut) {
            return;
        }
        firstAfterCut = nextRequest;
        recovery.begin(size, nowMillis);
        rest(size * CubicRecovery.CUT);
    }

    @Override
    public void pause() {
        meter.pause();
        drained = true;
    }

    @Override
    public void resume() {
        meter.resume(nextRequest);
    }

    @Override
    public void answered(long request, int delivered, long latencyMillis, boolean waiting, long nowMillis) {
        if (goodput == 0 && delivered > 0) {
            goodput = delivered * 1000.0 / Math.max(1, latencyMillis);
            rest(1);
            return;
        }
        meter.answered(request, delivered, waiting, nowMillis);
        if (recovery.active()) {
            winBack(nowMillis);
        }
        double pace = meter.rounds() > 0 && !meter.idle() ? meter.perSecond() : 0;
        if (pace > 0 && pace < (1 - SHIFT) * goodput) {
            // What is held must follow at once, the experiments may wait for their measurement.
            goodput = pace;
            resize(size);
        }
        if (meter.complete()) {
            if (pace > 0) {
                conclude(pace, nowMillis);
            } else {
                // Nothing to send or nothing delivered: an idle source, an outage. Neither says what size is right.
                rest(restSize);
            }
        } else if (probing && collapsed(nowMillis)) {
            ceiling = size;
            ceilingMillis = nowMillis;
            reject(nowMillis);
        }
    }

    // ------------------------------------------------------------------ experiments

    private void conclude(double measured, long nowMillis) {
        goodput = measured;
        if (recovery.active()) {
            rest(size);
        } else if (!probing) {
            observe(measured, nowMillis);
        } else if (worthwhile(measured / restGoodput)) {
            if (upwards && measured / restGoodput - 1 >= change / 2) {
                step = COARSE;
            }
            restSize = size;
            restGoodput = measured;
            waitMillis = 0;
            probe(nowMillis);
        } else {
            reject(nowMillis);
        }
    }

    private boolean worthwhile(double ratio) {
        if (upwards) {
            // Below one full batch only throttling or the budget wants it smaller: back up unless that costs.
            return ratio >= (restSize < 1 ? 1 - MAX_LOSS * change : 1 + MIN_GAIN * change);
        }
        return ratio >= (restSize <= 1 ? 1 + MIN_GAIN * change : 1 - MAX_LOSS * change);
    }

    private void reject(long nowMillis) {
        probing = false;
        goodput = restGoodput;
        if (step == COARSE) {
            // Coarse measurements may be wrong: fine ones in the same direction decide.
            step = FINE;
            restGoodput = 0;
            waitMillis = 0;
        } else {
            upwards = !upwards;
            long longer = Math.min(LONGEST_WAIT_MILLIS, Math.max(FIRST_WAIT_MILLIS, 2 * waitMillis));
            long rarer = Math.min(LONGEST_WAIT_MILLIS, RARELY * (nowMillis - lastProbeMillis));
            waitMillis = Math.max(longer, rarer);
        }
        lastProbeMillis = nowMillis;
        rest(restSize);
    }

    /** Whether a larger size has clearly failed, though its measurement is not complete: it may never be. */
    private boolean collapsed(long nowMillis) {
        if (!upwards) {
            return false;
        }
        double answersUsual = (nowMillis - lastProbeMillis) / 1000.0 * restGoodput / batchEntries;
        return meter.rounds() > 0 ? meter.perSecond() < COLLAPSE * restGoodput : answersUsual > 6.0 * limit;
    }

    private void observe(double measured, long nowMillis) {
        double ratio = restGoodput > 0 ? measured / restGoodput : 1;
        boolean off = Math.abs(ratio - 1) > SHIFT;
        if (off && !shifted) {
            // Once may be chance, or what a failed experiment left behind.
            shifted = true;
            rest(restSize);
            return;
        }
        shifted = false;
        if (off) {
            ceiling = 0;
            restGoodput = measured;
            waitMillis = 0;
            step = COARSE;
            upwards = ratio > 1;
        } else {
            restGoodput = restGoodput > 0 ? (restGoodput + measured) / 2 : measured;
        }
        if (nowMillis - lastProbeMillis >= waitMillis) {
            probe(nowMillis);
        } else {
            rest(restSize);
        }
    }

    private void probe(long nowMillis) {
        double target = target(nowMillis);
        if (target == restSize) {
            upwards = !upwards;
            step = FINE;
            target = target(nowMillis);
        }
        if (target == restSize) {
            lastProbeMillis = nowMillis;
            rest(restSize);
            return;
        }
        probing = true;
        drained = false;
        lastProbeMillis = nowMillis;
        change = Math.max(target / restSize, restSize / target) - 1;
        int entries = batchEntries;
        resize(target);
        if (!upwards) {
            // The budget would let fewer requests be larger: that is another experiment.
            batchEntries = Math.min(batchEntries, entries);
        }
        measure(step == COARSE);
    }

    /** The size to try next; above one batch a whole number of requests. The present size when there is none. */
    private double target(long nowMillis) {
        if (!upwards) {
            double target = Math.max(smallest, restSize / step);
            return target < 1 ? target : Math.min(Math.rint(target), Math.ceil(restSize) - 1);
        }
        double target = Math.min(tuning.inFlight(), restSize * step);
        boolean bounded = ceiling > restSize && nowMillis - ceilingMillis < CEILING_MILLIS;
        if (bounded) {
            target = Math.min(target, Math.sqrt(restSize * ceiling));
        }
        if (target > 1) {
            target = Math.min(tuning.inFlight(), Math.max(Math.rint(target), Math.floor(restSize) + 1));
        }
        return bounded && target >= ceiling ? restSize : target;
    }

    private void rest(double newSize) {
        probing = false;
        resize(newSize);
        restSize = size;
        measure(step == COARSE);
    }

    /** Measures the size just set; finely when small differences count, and then only once its queue has settled. */
    private void measure(boolean coarsely) {
        if (coarsely) {
            meter.restart(nextRequest, limit, Math.max(1, 4 / limit), 50);
        } else {
            double answers = 12 / Math.max(change, 0.1);
            meter.restart(nextRequest + limit, limit, (int) Math.max(3, Math.ceil(answers / limit)), 500);
        }
    }

    // ------------------------------------------------------------------ throttling

    private void winBack(long nowMillis) {
        if (recovery.endsAt(nowMillis)) {
            ceiling = 0;
            restGoodput = 0;
            waitMillis = 0;
            upwards = true;
            step = COARSE;
            rest(size);
        } else {
            resize(recovery.sizeAt(nowMillis));
            restSize = size;
        }
    }

    // ------------------------------------------------------------------ what the size means

    private void resize(double wanted) {
        size = Math.max(smallest, Math.min(tuning.inFlight(), wanted));
        limit = (int) Math.ceil(size - 1e-9);
        double share = size / limit;
        double entries = share * tuning.batchEntries();
        double some = 0;
        if (goodput > 0) {
            entries = Math.min(entries, MOST_OF_BUDGET * goodput * budgetSeconds / (limit + 2));
            some = SOME_OF_BUDGET * goodput * budgetSeconds;
        }
        batchEntries = (int) Math.max(1, Math.ceil(entries));
        batchBytes = (long) Math.max(1, share * tuning.batchBytes().getBytes());
        // Two batches wait for the next free place, so that it never waits for them.
        double held = Math.max((limit + 2.0) * batchEntries, some);
        heldEntries = (int) Math.min(tuning.bufferedEntries(), held);
    }
}
