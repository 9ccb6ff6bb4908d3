package io.connectorkit.benchmarks.dynamodbstreams;

import io.connectorkit.aws.dynamodbstreams.DynamoDbCdcOptions;
import io.connectorkit.aws.dynamodbstreams.DynamoDbCdcSource;
import io.connectorkit.aws.dynamodbstreams.DynamoDbChange;
import io.connectorkit.aws.dynamodbstreams.DynamoDbChangeDeserializer;
import io.connectorkit.benchmarks.contest.Bar;
import io.connectorkit.benchmarks.contest.Session;
import io.connectorkit.benchmarks.contest.Throughput;
import java.io.Serializable;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A table of 200,000 items read while a writer makes 1,000 changes a second, a fourth of them deletes, with two kills
 * during the scan: how many items differ between the table and a target without any guard.
 */
public final class DynamoDbCdcSnapshot implements Throughput {

    private static final int CHANGES_PER_SECOND = 1_000;
    private static final int KILLS = 2;

    /** The target, and what the job tells: it runs in this JVM. */
    private static final Map<String, String> TARGET = new ConcurrentHashMap<>();

    private static final AtomicLong ROWS = new AtomicLong();
    private static final AtomicLong CHANGES = new AtomicLong();
    private static final AtomicInteger KILLED = new AtomicInteger();

    /** One change as an element; {@code value} is empty for a removal. */
    record Change(String id, String value, boolean row) implements Serializable {
        static Change of(DynamoDbChange change) {
            Map<String, AttributeValue> image = change.newImage();
            return new Change(
                    change.keys().get("id").s(),
                    image == null ? "" : image.get("v").s(),
                    change.eventName() == DynamoDbChange.EventName.READ);
        }
    }

    @Override
    public String name() {
        return "DynamoDbCdcSnapshot";
    }

    @Override
    public void run(Session session) throws Exception {
        int items = session.scaled(200_000);
        TARGET.clear();
        ROWS.set(0);
        CHANGES.set(0);
        KILLED.set(0);
        try (LocalTable table = new LocalTable()) {
            table.load(items, i -> LocalTable.item(i, "old"));
            Writer writer = new Writer(table, items);
            writer.start();
            long start = System.nanoTime();
            JobClient job = job(table, items);
            await(() -> KILLED.get() == KILLS && CHANGES.get() > 0);
            double scanSeconds = (System.nanoTime() - start) / 1e9;
            writer.end();
            Map<String, String> truth = truth(table);
            await(() -> TARGET.equals(truth));
            session.figure("items", items, "items");
            session.figure("changes made meanwhile", writer.changes.get(), "changes");
            session.figure("rows read, those after the kills again", ROWS.get(), "rows");
            session.figure("from the start to the first change behind the scan, kills included", scanSeconds, "s");
            session.figure(
                    "items that differ", differing(truth), "items", Bar.atMost(0, "the target equals the table"));
            job.cancel().get(30, TimeUnit.SECONDS);
        }
    }

    private static JobClient job(LocalTable table, int items) throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, KILLS);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(100));
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(2, configuration);
        env.enableCheckpointing(500);
        DynamoDbCdcOptions options = DynamoDbCdcOptions.ofTable(table.name, table.server.options());
        env.fromSource(
                        DynamoDbCdcSource.of(options, DynamoDbChangeDeserializer.of(Change.class, Change::of)),
                        WatermarkStrategy.noWatermarks(),
                        "items")
                .keyBy(Change::id)
                .map(change -> {
                    apply(change, items);
                    return change;
                })
                .returns(Change.class)
                .sinkTo(new DiscardingSink<>());
        return env.executeAsync("snapshot");
    }

    /** Without a guard: the last arrival of a key stays. Kills the job at a third and at two thirds of the rows. */
    private static void apply(Change change, int items) {
        if (change.value().isEmpty()) {
            TARGET.remove(change.id());
        } else {
            TARGET.put(change.id(), change.value());
        }
        if (!change.row()) {
            CHANGES.incrementAndGet();
            return;
        }
        long rows = ROWS.incrementAndGet();
        int kills = KILLED.get();
        if (kills < KILLS && rows > (kills + 1L) * items / (KILLS + 1) && KILLED.compareAndSet(kills, kills + 1)) {
            throw new IllegalStateException("the benchmark kills the job");
        }
    }

    private static Map<String, String> truth(LocalTable table) {
        Map<String, String> truth = new HashMap<>();
        table.client
                .scanPaginator(scan -> scan.tableName(table.name))
                .items()
                .subscribe(item -> truth.put(item.get("id").s(), item.get("v").s()))
                .join();
        return truth;
    }

    private static long differing(Map<String, String> truth) {
        long differing =
                TARGET.keySet().stream().filter(id -> !truth.containsKey(id)).count();
        return differing
                + truth.entrySet().stream()
                        .filter(item -> !item.getValue().equals(TARGET.get(item.getKey())))
                        .count();
    }

    /** Gives up after two minutes: the figures then say what is wrong. */
    private static void await(BooleanSupplier reached) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!reached.getAsBoolean() && System.nanoTime() < deadline) {
            var unused = never.await(100, TimeUnit.MILLISECONDS);
        }
    }

    /** Puts and deletes at an even rate. */
    private static final class Writer extends Thread {
        private final LocalTable table;
        private final int items;
        private final AtomicLong changes = new AtomicLong();
        private final Semaphore inFlight = new Semaphore(8);
        private volatile boolean ended;

        Writer(LocalTable table, int items) {
            super("writer");
            setDaemon(true);
            this.table = table;
            this.items = items;
        }

        @Override
        public void run() {
            Random random = new Random(7);
            long start = System.nanoTime();
            while (!ended) {
                long due = (System.nanoTime() - start) * CHANGES_PER_SECOND / 1_000_000_000L;
                if (changes.get() >= due) {
                    LockSupport.parkNanos(200_000);
                    continue;
                }
                int id = random.nextInt(items + items / 10);
                inFlight.acquireUninterruptibly();
                var done = random.nextInt(4) == 0
                        ? table.client.deleteItem(
                                delete -> delete.tableName(table.name).key(LocalTable.key(id)))
                        : table.client.putItem(
                                put -> put.tableName(table.name).item(LocalTable.item(id, "new " + changes.get())));
                var unused = done.whenComplete((answer, failure) -> inFlight.release());
                changes.incrementAndGet();
            }
            inFlight.acquireUninterruptibly(8);
        }

        void end() throws InterruptedException {
            ended = true;
            join();
        }
    }
}
