package io.connectorkit.aws.shard;

import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** A {@link ShardJob} for tests of a connector's own: a scripted stream, and a job on manual time that reads it. */
public final class ShardSimulation<R> {

    private final ManualTime time = new ManualTime();
    private final ScriptedStream stream;
    private final ShardJob<R> job;

    public ShardSimulation(
            int openShards,
            Function<ScriptedStream, ShardApi<R>> api,
            ShardDeserializer<R, String> deserializer,
            ShardSourceOptions options,
            long seed) {
        stream = new ScriptedStream("orders", time, openShards);
        job = new ShardJob<>(
                () -> api.apply(stream),
                deserializer,
                options,
                ShardPlacement.LINEAGE,
                ShardJob.Topology.SHUFFLED,
                time,
                seed);
    }

    public ScriptedStream stream() {
        return stream;
    }

    public void advance(long millis) {
        time.advance(millis);
    }

    /** Starts from the last completed checkpoint, or anew without one. */
    public void start(int parallelism) {
        job.start(parallelism);
    }

    public void kill() {
        job.kill();
    }

    public void triggerCheckpoint() {
        job.triggerCheckpoint();
    }

    /** So many things happen. */
    public void run(int steps) {
        job.run(steps);
    }

    /** Runs on, taking checkpoints, until this holds; false when it does not within a day. */
    public boolean runUntil(BooleanSupplier reached) {
        return job.runUntil(reached);
    }

    /** What a keyed operator with exactly-once state has seen of each key, in its order. */
    public Map<String, List<String>> seen() {
        return job.seen();
    }

    public long count(String metric) {
        return job.count(metric);
    }
}
