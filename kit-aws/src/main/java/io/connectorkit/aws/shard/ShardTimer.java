package io.connectorkit.aws.shard;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs things later. What it runs must not block. */
interface ShardTimer extends AutoCloseable {

    void after(long delayMillis, Runnable action);

    @Override
    void close();

    /** One daemon thread; what is still due at its close is dropped. */
    static ShardTimer open(String name) {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, action -> {
            Thread thread = new Thread(action, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        return new ShardTimer() {
            @Override
            public void after(long delayMillis, Runnable action) {
                // The future is not asked: pacers report their own failures.
                var unused = executor.schedule(action, delayMillis, TimeUnit.MILLISECONDS);
            }

            @Override
            public void close() {
                executor.shutdownNow();
            }
        };
    }
}
