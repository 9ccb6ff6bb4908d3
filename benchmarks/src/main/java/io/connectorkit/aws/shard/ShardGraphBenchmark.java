package io.connectorkit.aws.shard;

import io.connectorkit.benchmarks.contest.Against;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A stream of so many shards read from its roots to its leaves: each shard split once. Beside a topological sort that
 * knows nothing of subtasks, gaps, checkpoints and trimmed parents.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@Against(value = "PLAIN", param = "by")
public class ShardGraphBenchmark {

    /** Whose graph. */
    public enum By {
        PLAIN,
        KIT
    }

    @Param
    public By by;

    @Param({"100", "5000"})
    public int shards;

    private List<Shard> listing;

    @Setup
    public void list() {
        listing = new ArrayList<>();
        for (int i = 0; i < shards; i++) {
            List<String> parents = i == 0 ? List.of() : List.of(id((i - 1) / 2));
            listing.add(new Shard(id(i), parents, 2 * i + 1 < shards));
        }
    }

    private static String id(int number) {
        return "shardId-" + (100_000 + number);
    }

    @Benchmark
    public int readAll() {
        return by == By.KIT ? readWithGraph() : readSorted();
    }

    private int readWithGraph() {
        ShardGraph graph = new ShardGraph();
        graph.begin("stream", listing, ShardPosition.oldest(), false);
        int read = 0;
        for (List<ShardGraph.Ready> ready = graph.ready(); !ready.isEmpty(); ready = graph.ready()) {
            for (ShardGraph.Ready one : ready) {
                graph.reading(one.split().shardId(), 0);
            }
            for (ShardGraph.Ready one : ready) {
                graph.ended(one.split().shardId(), 0, true);
                read++;
            }
        }
        return checked(read);
    }

    private int readSorted() {
        Map<String, List<String>> children = new HashMap<>();
        ArrayDeque<String> ready = new ArrayDeque<>();
        for (Shard shard : listing) {
            if (shard.parents().isEmpty()) {
                ready.add(shard.id());
            }
            for (String parent : shard.parents()) {
                children.computeIfAbsent(parent, p -> new ArrayList<>()).add(shard.id());
            }
        }
        int read = 0;
        while (!ready.isEmpty()) {
            ready.addAll(children.getOrDefault(ready.remove(), List.of()));
            read++;
        }
        return checked(read);
    }

    private int checked(int read) {
        if (read != shards) {
            throw new IllegalStateException("read " + read + " of " + shards + " shards");
        }
        return read;
    }
}
