package io.connectorkit.sink;

import io.connectorkit.change.Change;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** A {@link BlockingDestination} as a {@link Destination}. */
final class BlockingAdapter<P> implements Destination<P> {

    private final BlockingDestination<P> driver;
    private final ExecutorService executor;

    BlockingAdapter(BlockingDestination<P> driver, int threads, String name) {
        this.driver = driver;
        AtomicInteger number = new AtomicInteger();
        ThreadFactory factory = task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
        this.executor = Executors.newFixedThreadPool(threads, factory);
    }

    @Override
    public void send(Batch<P> batch, Completion completion) {
        executor.execute(() -> {
            try {
                driver.write(batch, completion);
            } catch (Throwable e) {
                completion.crashed(e);
            }
        });
    }

    @Override
    public int sizeOf(Change<P> change) {
        return driver.sizeOf(change);
    }

    @Override
    public void close() throws Exception {
        executor.shutdownNow();
        driver.close();
    }
}
