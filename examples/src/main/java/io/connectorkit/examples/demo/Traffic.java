package io.connectorkit.examples.demo;

import io.connectorkit.examples.demo.TrafficPlan.Kind;
import io.connectorkit.examples.demo.TrafficPlan.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the plan into DynamoDB: several writers at once, all steps of a flight by one of them and in order. On the way
 * the table's shards are rolled over, so that the source has a lineage to follow.
 */
final class Traffic implements AutoCloseable {

    private static final int WRITERS = 4;
    private static final int ROLLOVERS = 4;

    private final FlightTable table;
    private final TrafficPlan plan;
    private final Pacer pacer;
    private final Consumer<List<Step>> acknowledged;
    private final Runnable rollover;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger written = new AtomicInteger();
    private final AtomicInteger rollovers = new AtomicInteger();
    private volatile @Nullable Exception failure;
    private volatile boolean closed;

    /**
     * @param acknowledged told of steps as soon as DynamoDB has acknowledged them
     * @param rollover closes the table's shards and opens their children
     */
    Traffic(FlightTable table, TrafficPlan plan, Pacer pacer, Consumer<List<Step>> acknowledged, Runnable rollover) {
        this.table = table;
        this.plan = plan;
        this.pacer = pacer;
        this.acknowledged = acknowledged;
        this.rollover = rollover;
    }

    void start() {
        for (List<Step> hand : plan.deal(WRITERS)) {
            Thread thread = new Thread(() -> write(hand), "demo-traffic-" + threads.size());
            thread.setDaemon(true);
            threads.add(thread);
        }
        running.set(threads.size());
        threads.forEach(Thread::start);
    }

    boolean finished() {
        return running.get() == 0;
    }

    int rollovers() {
        return rollovers.get();
    }

    @Nullable
    Exception failure() {
        return failure;
    }

    private void write(List<Step> hand) {
        try {
            for (List<Step> chunk : TrafficPlan.chunks(hand, FlightTable.MAX_BATCH)) {
                pacer.acquire(chunk.size());
                List<Step> batch =
                        chunk.stream().filter(s -> s.kind() != Kind.CORRECTED).toList();
                if (!batch.isEmpty()) {
                    table.writeBatch(batch);
                    acknowledged.accept(batch);
                }
                for (Step step : chunk) {
                    if (step.kind() == Kind.CORRECTED) {
                        table.correct(step.image());
                        acknowledged.accept(List.of(step));
                    }
                }
                rollOverAfter(written.addAndGet(chunk.size()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            if (!closed) {
                failure = e;
            }
        } finally {
            running.decrementAndGet();
        }
    }

    private void rollOverAfter(int writes) {
        int due = (int) ((long) writes * (ROLLOVERS + 1) / plan.size());
        int done = rollovers.get();
        if (done < Math.min(due, ROLLOVERS) && rollovers.compareAndSet(done, done + 1)) {
            rollover.run();
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
