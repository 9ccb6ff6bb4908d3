package io.connectorkit.lookup;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A {@link BlockingLookupSource} as a {@link LookupSource}. */
final class BlockingLookupAdapter<K, V> implements LookupSource<K, V> {

    private final BlockingLookupSource<K, V> driver;
    private final ExecutorService executor;

    BlockingLookupAdapter(BlockingLookupSource<K, V> driver, int threads, String name) {
        this.driver = driver;
        AtomicInteger number = new AtomicInteger();
        this.executor = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public CompletionStage<Map<K, V>> fetch(List<K> distinctKeys) {
        CompletableFuture<Map<K, V>> answer = new CompletableFuture<>();
        executor.execute(() -> {
            try {
                answer.complete(driver.fetch(distinctKeys));
            } catch (Throwable e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    @Override
    public void close() throws Exception {
        executor.shutdownNow();
        driver.close();
    }
}
