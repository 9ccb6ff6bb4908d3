package io.connectorkit.examples.demo;

import io.connectorkit.examples.flights.FlightsJob;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;

/** Watches the job until it has read everything: shows how far it is, and gives up when it fails or stands still. */
record Supervision(
        Cluster cluster,
        JobID job,
        RunCounters counters,
        SinkCounts counts,
        Traffic traffic,
        Kills kills,
        int changes,
        Progress progress) {

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int POLLS_PER_CHECK = 10;
    private static final long STALLED_SECONDS = 90;
    private static final int STOP_ATTEMPTS = 5;

    /** Returns when the job's own state says that every change is behind it. */
    void awaitAllRead() throws Exception {
        long activity = -1;
        long activeNanos = System.nanoTime();
        for (long poll = 0; !allRead(); poll++) {
            if (poll % POLLS_PER_CHECK == 0) {
                check();
            }
            show();
            LockSupport.parkNanos(POLL_NANOS);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            // Not what is only read again: a job that fails and replays for ever stands still.
            long now = counters.acknowledged() + counters.distinct() + kills.done();
            if (now != activity) {
                activity = now;
                activeNanos = System.nanoTime();
            } else if (System.nanoTime() - activeNanos > TimeUnit.SECONDS.toNanos(STALLED_SECONDS)) {
                throw new DemoFailure(
                        "nothing has moved for " + STALLED_SECONDS + " s; the job has read " + counters.position()
                                + " of " + changes + " changes" + cause(),
                        null);
            }
        }
        progress.clear();
    }

    private boolean allRead() {
        return traffic.finished() && counters.position() >= changes && counters.distinct() >= changes;
    }

    private void check() throws Exception {
        Exception writing = traffic.failure();
        if (writing != null) {
            throw new DemoFailure("writing into DynamoDB failed: " + rootMessage(writing), writing);
        }
        Exception killing = kills.failure();
        if (killing != null) {
            throw new DemoFailure("killing the task manager failed: " + rootMessage(killing), killing);
        }
        JobStatus status = cluster.status(job);
        if (status.isGloballyTerminalState()) {
            throw new DemoFailure("the job is " + status + cause(), null);
        }
    }

    private String cause() throws Exception {
        return cluster.failure(job).map(failure -> ": " + rootMessage(failure)).orElse("");
    }

    private void show() {
        progress.move(
                progress.narrow()
                        ? "%3d%% read %,d es %,d pg %,d stale %,d replay %,d restart %d lag %,d"
                        : "%3d%%  read %,d | into Elasticsearch %,d, PostgreSQL %,d | stale %,d | replayed %,d"
                                + " | restarts %d | lag %,d changes",
                100L * counters.acknowledged() / changes,
                counters.read(),
                counts.written(FlightsJob.ELASTICSEARCH),
                counts.written(FlightsJob.POSTGRES),
                counts.stale(FlightsJob.ELASTICSEARCH) + counts.stale(FlightsJob.POSTGRES),
                counters.replayed(),
                counters.restarts(),
                Math.max(0, counters.acknowledged() - counters.distinct()));
    }

    /** Ends the job when its sinks have delivered everything. A restart under way refuses that: tried again. */
    void stop() throws Exception {
        for (int attempt = 1; ; attempt++) {
            try {
                cluster.stop(job);
                return;
            } catch (ExecutionException e) {
                if (attempt == STOP_ATTEMPTS) {
                    throw new DemoFailure("the job could not be stopped: " + rootMessage(e), e);
                }
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
            }
        }
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage() == null ? root.toString() : root.getMessage();
        return message.lines().findFirst().orElse("");
    }
}
