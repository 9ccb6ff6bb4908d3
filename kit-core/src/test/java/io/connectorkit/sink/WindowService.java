package io.connectorkit.sink;

import io.connectorkit.tck.VirtualTask;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A service of finite capacity in virtual time: a line with latency, admission by a token bucket, a queue, workers.
 *
 * <p>An answer comes after latency + waiting + (overhead + bytes) / pace. Latency and work vary by 25 % from request to
 * request. Work runs in fractions of a millisecond, answers arrive on whole ones.
 */
final class WindowService {

    /** Told how many changes of the request, from its first on, were applied; the others were throttled. */
    interface Answer {
        void applied(int changes);
    }

    private final VirtualTask task;
    private final WindowTrace trace;
    private final SplittableRandom random;
    private final long startMillis;
    private final double[] freeMillis;
    private final long[] applied;
    private int inside;
    private double tokens;
    private double tokensMillis;

    WindowService(VirtualTask task, WindowTrace trace, long seed) {
        this.task = task;
        this.trace = trace;
        this.random = new SplittableRandom(seed);
        this.startMillis = task.getCurrentProcessingTime();
        this.freeMillis = new double[trace.workers()];
        this.applied = new long[trace.seconds() + 120];
        this.tokens = trace.at(0).admittedPerSecond();
    }

    /** Changes applied in each second. */
    long[] applied() {
        return applied;
    }

    double seconds() {
        return (task.getCurrentProcessingTime() - startMillis) / 1000.0;
    }

    void submit(int changes, Answer answer) {
        double way = varied(trace.latencyMillis()) / 2;
        task.in(Math.round(way), () -> arrive(changes, way, answer));
    }

    private void arrive(int changes, double way, Answer answer) {
        double now = seconds() * 1000;
        WindowTrace.Phase phase = trace.at(now / 1000);
        int admitted = admit(changes, now, phase.admittedPerSecond());
        if (admitted == 0) {
            task.in(Math.round(way), () -> answer.applied(0));
            return;
        }
        inside++;
        int worker = 0;
        for (int i = 1; i < freeMillis.length; i++) {
            worker = freeMillis[i] < freeMillis[worker] ? i : worker;
        }
        double start = Math.max(now, freeMillis[worker]);
        double pace = trace.workerBytesPerSecond() * trace.at(start / 1000).speed();
        double work = (trace.overheadBytes() + (double) admitted * WindowTrace.RECORD_BYTES) / pace * 1000;
        double choke = inside > trace.cliff() ? Math.pow((double) inside / trace.cliff(), 3) : 1;
        double end = start + varied(work) * choke;
        freeMillis[worker] = end;
        task.in(Math.round(end - now), () -> {
            inside--;
            applied[(int) Math.min(applied.length - 1, seconds())] += admitted;
            task.in(Math.round(way), () -> answer.applied(admitted));
        });
    }

    private int admit(int changes, double now, double perSecond) {
        if (Double.isInfinite(perSecond)) {
            return changes;
        }
        tokens = Math.min(perSecond, tokens + (now - tokensMillis) / 1000 * perSecond);
        tokensMillis = now;
        int admitted = (int) Math.min(changes, Math.floor(tokens));
        tokens -= admitted;
        return admitted;
    }

    private double varied(double value) {
        return value * (0.75 + 0.5 * random.nextDouble());
    }

    @Override
    public String toString() {
        return trace.name() + " " + Arrays.toString(freeMillis);
    }
}
