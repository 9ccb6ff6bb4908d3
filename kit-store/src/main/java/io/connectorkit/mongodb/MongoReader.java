package io.connectorkit.mongodb;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.core.io.InputStatus;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Emits the documents of one split after the other. A thread of its own reads the next page while this one is emitted;
 * everything else lives on the task thread.
 */
final class MongoReader<T> implements SourceReader<T, MongoSplit> {

    private static final CompletableFuture<Void> NOW = CompletableFuture.completedFuture(null);

    private final SourceReaderContext context;
    private final MongoPages<T> pages;
    private final ExecutorService thread;

    private final ArrayDeque<MongoSplit> splits = new ArrayDeque<>();

    /** The split that is read, as far as it was emitted. */
    private @Nullable MongoSplit current;

    private MongoPages.@Nullable Page<T> page;
    private int position;
    private @Nullable CompletableFuture<MongoPages.Page<T>> fetching;

    /** Completed when splits arrive or there will be none. */
    private CompletableFuture<Void> assigned = new CompletableFuture<>();

    private boolean noMoreSplits;

    MongoReader(SourceReaderContext context, MongoPages<T> pages) {
        this.context = context;
        this.pages = pages;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread reading = new Thread(task, "kit-mongodb-source-" + context.getIndexOfSubtask());
            reading.setDaemon(true);
            return reading;
        });
    }

    @Override
    public void start() {
        if (splits.isEmpty()) {
            context.sendSplitRequest();
        }
    }

    @Override
    public InputStatus pollNext(ReaderOutput<T> output) throws Exception {
        if (page != null && position < page.values().size()) {
            emit(page, output);
            return InputStatus.MORE_AVAILABLE;
        }
        if (page != null && page.last()) {
            page = null;
            current = null;
            if (splits.isEmpty() && !noMoreSplits) {
                context.sendSplitRequest();
            }
        }
        if (current == null && !openNext()) {
            return noMoreSplits ? InputStatus.END_OF_INPUT : InputStatus.NOTHING_AVAILABLE;
        }
        return takePage() ? InputStatus.MORE_AVAILABLE : InputStatus.NOTHING_AVAILABLE;
    }

    private void emit(MongoPages.Page<T> from, ReaderOutput<T> output) {
        output.collect(from.values().get(position));
        position++;
    }

    private boolean openNext() {
        MongoSplit next = splits.poll();
        if (next == null) {
            if (assigned.isDone()) {
                assigned = new CompletableFuture<>();
            }
            return false;
        }
        current = next;
        page = null;
        fetch(() -> pages.open(next));
        return true;
    }

    private void fetch(Runnable first) {
        fetching = CompletableFuture.supplyAsync(
                () -> {
                    first.run();
                    try {
                        return pages.next();
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                thread);
    }

    /** Moves on to the next page if it is there, and has the one behind it read. */
    private boolean takePage() throws Exception {
        CompletableFuture<MongoPages.Page<T>> fetched = fetching;
        if (fetched == null || !fetched.isDone()) {
            return false;
        }
        markEmitted();
        try {
            page = fetched.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
        position = 0;
        fetching = null;
        if (!page.last()) {
            fetch(() -> {});
        }
        return true;
    }

    /** Moves the current split behind the last document that was emitted. */
    private void markEmitted() {
        if (current != null && page != null && position > 0) {
            BsonValue emitted = page.ids().get(position - 1);
            current = current.after(emitted);
        }
    }

    @Override
    public List<MongoSplit> snapshotState(long checkpointId) {
        markEmitted();
        List<MongoSplit> state = new ArrayList<>();
        boolean finished =
                page != null && page.last() && position == page.values().size();
        if (current != null && !finished) {
            state.add(current);
        }
        state.addAll(splits);
        return state;
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        if (page != null && (position < page.values().size() || page.last())) {
            return NOW;
        }
        if (current != null && fetching != null) {
            return fetching.handle((fetched, failure) -> null);
        }
        return splits.isEmpty() && !noMoreSplits ? assigned : NOW;
    }

    @Override
    public void addSplits(List<MongoSplit> added) {
        splits.addAll(added);
        assigned.complete(null);
    }

    @Override
    public void notifyNoMoreSplits() {
        noMoreSplits = true;
        assigned.complete(null);
    }

    @Override
    public void close() {
        pages.interrupt();
        // The pages are that thread's: their connection is closed when it is done with them.
        thread.execute(pages::close);
        thread.shutdown();
    }
}
