package io.connectorkit.benchmarks.growth;

import io.connectorkit.aws.shard.ShardGraphBenchmark;
import io.connectorkit.benchmarks.contest.Growth;
import io.connectorkit.benchmarks.contest.Session;
import io.connectorkit.benchmarks.contest.Throughput;
import org.openjdk.jmh.infra.Blackhole;

/** Shards of a stream, from one to the most that a stream can have. */
public final class ShardGrowth implements Throughput {

    private static final int SHARDS = 200_000;

    private final Blackhole blackhole = new Blackhole(
            "Today's password is swordfish. I understand instantiating Blackholes directly is dangerous.");

    @Override
    public String name() {
        return "ShardGrowth";
    }

    @Override
    public void run(Session session) throws Exception {
        Growth growth = session.growth("Shard graph, read from its roots to its leaves", "shards");
        for (ShardGraphBenchmark.By by : ShardGraphBenchmark.By.values()) {
            for (int shards : new int[] {1, 10, 100, 1_000, 5_000}) {
                ShardGraphBenchmark graph = new ShardGraphBenchmark();
                graph.by = by;
                graph.shards = shards;
                graph.list();
                int times = Math.max(1, session.scaled(SHARDS) / shards);
                growth.measure(by == ShardGraphBenchmark.By.KIT ? "kit" : "topological sort", shards, () -> {
                    for (int i = 0; i < times; i++) {
                        blackhole.consume(graph.readAll());
                    }
                    return (long) times * shards;
                });
            }
        }
    }
}
