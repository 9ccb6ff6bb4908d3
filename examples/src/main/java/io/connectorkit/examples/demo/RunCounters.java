package io.connectorkit.examples.demo;

import io.connectorkit.examples.flights.FlightChange;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one run has counted so far. The operators of the job reach it by the run's name, because the MiniCluster runs
 * in this JVM.
 */
final class RunCounters implements AutoCloseable {

    private static final Map<String, RunCounters> OPEN = new ConcurrentHashMap<>();

    private final String run;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong read = new AtomicLong();
    private final AtomicLong redelivered = new AtomicLong();
    private final AtomicLong checkpoints = new AtomicLong();
    private final AtomicLong readAtCheckpoint = new AtomicLong();
    private final Map<String, Long> versions = new ConcurrentHashMap<>();
    private final Map<Long, Boolean> sequenceNumbers = new ConcurrentHashMap<>();
    private final Map<Integer, Position> positions = new ConcurrentHashMap<>();

    private RunCounters(String run) {
        this.run = run;
    }

    /** Where one subtask stands: how many changes its state says it has read, each counted once whatever is replayed. */
    static final class Position {
        final int attempt;
        final AtomicLong changes;

        Position(int attempt, long changes) {
            this.attempt = attempt;
            this.changes = new AtomicLong(changes);
        }
    }

    static RunCounters open(String run) {
        RunCounters counters = new RunCounters(run);
        if (OPEN.putIfAbsent(run, counters) != null) {
            throw new IllegalStateException("run " + run + " is open already");
        }
        return counters;
    }

    /** The open run of this name. */
    static RunCounters of(String run) {
        RunCounters counters = OPEN.get(run);
        if (counters == null) {
            throw new IllegalStateException("run " + run + " is over");
        }
        return counters;
    }

    @Override
    public void close() {
        OPEN.remove(run);
    }

    /** A subtask starts, for the {@code attempt}th time, with {@code restored} changes behind it. */
    Position started(int subtask, int attempt, long restored) {
        Position position = new Position(attempt, restored);
        // A killed task may still be closing while its successor starts: the later attempt stays.
        positions.merge(subtask, position, (old, fresh) -> fresh.attempt >= old.attempt ? fresh : old);
        return position;
    }

    /** A subtask has read a change, for the first time or again. */
    void read(Position position, FlightChange change) {
        long version = change.version().longValue();
        sequenceNumbers.put(version, Boolean.TRUE);
        versions.merge(change.id(), version, Math::max);
        position.changes.incrementAndGet();
        read.incrementAndGet();
    }

    void checkpointCompleted(long checkpoint) {
        if (checkpoints.getAndUpdate(last -> Math.max(last, checkpoint)) < checkpoint) {
            readAtCheckpoint.set(read.get());
        }
    }

    void acknowledged(int writes) {
        acknowledged.addAndGet(writes);
    }

    void redelivered() {
        redelivered.incrementAndGet();
    }

    /** Writes that DynamoDB has acknowledged. */
    long acknowledged() {
        return acknowledged.get();
    }

    /** Changes that the source has emitted, replays included. */
    long read() {
        return read.get();
    }

    /** Different changes among {@link #read()}. */
    long distinct() {
        return sequenceNumbers.size();
    }

    /** Changes that the source has emitted a second time because the job was restarted. */
    long replayed() {
        return Math.max(0, read.get() - sequenceNumbers.size());
    }

    /** Older changes that were delivered again, after newer ones, on purpose. */
    long redeliveredOlder() {
        return redelivered.get();
    }

    /** Changes behind the job as its own state counts them: what a restart would not read again, and what it has read since. */
    long position() {
        int attempt = restarts();
        return positions.values().stream()
                .filter(p -> p.attempt == attempt)
                .mapToLong(p -> p.changes.get())
                .sum();
    }

    /** How often the job was restarted: Flink's own attempt number. */
    int restarts() {
        return positions.values().stream().mapToInt(p -> p.attempt).max().orElse(0);
    }

    /** Id of the last completed checkpoint, 0 before the first. */
    long checkpoint() {
        return checkpoints.get();
    }

    /** Changes read since the last checkpoint completed: at least so many are replayed if the job is killed now. */
    long readSinceCheckpoint() {
        return read.get() - readAtCheckpoint.get();
    }

    /** The version of the last change of {@code id}, 0 when none was read. */
    long versionOf(String id) {
        return versions.getOrDefault(id, 0L);
    }
}
