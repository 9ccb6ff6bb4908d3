package io.connectorkit.benchmarks.kinesis;

import io.connectorkit.aws.shard.Shard;
import io.connectorkit.aws.shard.ShardApi;
import io.connectorkit.aws.shard.ShardFault;
import io.connectorkit.aws.shard.ShardLimits;
import io.connectorkit.aws.shard.ShardPage;
import io.connectorkit.aws.shard.ShardPosition;
import io.connectorkit.aws.shard.ShardRecord;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A service of open shards full of records, whose every answer takes a fixed time. */
final class ScriptedShards implements ShardApi<Integer> {

    /** Whether requests of several shards may be under way at a time, or go one after another. */
    enum Requests {
        SIDE_BY_SIDE,
        ONE_AFTER_ANOTHER
    }

    static final int PAGE = 1000;
    private static final int RECORD_BYTES = 100;

    private final int shards;
    private final int pages;
    private final long latencyMillis;
    private final Requests requests;
    private final ShardLimits limits;
    private final List<ShardRecord<Integer>> records =
            IntStream.range(0, PAGE).mapToObj(n -> new ShardRecord<>("1", 0, n)).toList();
    private final ScheduledExecutorService service = Executors.newSingleThreadScheduledExecutor(action -> {
        Thread thread = new Thread(action, "scripted-service");
        thread.setDaemon(true);
        return thread;
    });
    private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

    ScriptedShards(int shards, int pages, long latencyMillis, Requests requests, ShardLimits limits) {
        this.shards = shards;
        this.pages = pages;
        this.latencyMillis = latencyMillis;
        this.requests = requests;
        this.limits = limits;
    }

    private synchronized <V> CompletableFuture<V> answer(Supplier<V> value) {
        CompletableFuture<V> answer = new CompletableFuture<>();
        CompletableFuture<?> before =
                requests == Requests.SIDE_BY_SIDE ? CompletableFuture.completedFuture(null) : last;
        last = answer;
        var unused = before.whenComplete((done, failure) ->
                service.schedule(() -> answer.complete(value.get()), latencyMillis, TimeUnit.MILLISECONDS));
        return answer;
    }

    @Override
    public String resolveStream(@Nullable String restored) {
        return "scripted";
    }

    @Override
    public List<Shard> listShards(String stream) {
        return IntStream.range(0, shards)
                .mapToObj(n -> new Shard("shard-" + n, List.of(), false))
                .toList();
    }

    @Override
    public CompletableFuture<String> iterator(String stream, String shardId, ShardPosition position) {
        return answer(() -> "0");
    }

    @Override
    public CompletableFuture<ShardPage<Integer>> records(String stream, String shardId, String iterator, int limit) {
        int page = Integer.parseInt(iterator);
        boolean more = page < pages;
        return answer(() -> new ShardPage<>(
                more ? records : List.of(),
                Integer.toString(page + 1),
                more ? 1 : 0,
                more ? (long) PAGE * RECORD_BYTES : 0));
    }

    @Override
    public ShardFault fault(Throwable failure) {
        return ShardFault.FATAL;
    }

    @Override
    public String text(Throwable failure) {
        return failure.toString();
    }

    @Override
    public ShardLimits limits() {
        return limits;
    }

    @Override
    public void close() {
        service.shutdownNow();
    }
}
