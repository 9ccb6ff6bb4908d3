package io.connectorkit.jdbc;

import io.connectorkit.jdbc.JdbcCursor.Chunk;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.core.io.InputStatus;
import org.jspecify.annotations.Nullable;

/**
 * Reads splits on a thread of its own, a few chunks ahead of the task thread, which emits them and keeps, for
 * checkpoints, how far it has come.
 */
final class JdbcReader<T> implements SourceReader<T, JdbcSplit> {

    /** Chunks that wait for the task thread, besides the one that is read and the one that is emitted. */
    private static final int CHUNKS_AHEAD = 2;

    private final Runnable requestSplit;
    private final JdbcCursor<T> cursor;
    private final int chunkSize;
    private final Thread thread;

    // Guarded by this.
    private final Queue<JdbcSplit> toRead = new ArrayDeque<>();
    private final Queue<Chunk<T>> chunks = new ArrayDeque<>();
    private CompletableFuture<Void> available = new CompletableFuture<>();
    private boolean noMoreSplits;
    private boolean closed;
    private @Nullable Throwable failure;

    // Of the task thread.
    private final Deque<JdbcSplit> unfinished = new ArrayDeque<>();
    private @Nullable Chunk<T> emitting;
    private int next;

    JdbcReader(int subtask, Runnable requestSplit, JdbcCursor<T> cursor, int chunkSize) {
        this.requestSplit = requestSplit;
        this.cursor = cursor;
        this.chunkSize = chunkSize;
        this.thread = new Thread(this::run, "kit-jdbc-source-" + subtask);
        thread.setDaemon(true);
    }

    @Override
    public void start() {
        thread.start();
        if (unfinished.isEmpty()) {
            requestSplit.run();
        }
    }

    private void run() {
        try {
            for (JdbcSplit split = take(); split != null; split = take()) {
                cursor.start(split);
                Chunk<T> chunk;
                do {
                    chunk = cursor.read(chunkSize);
                } while (put(chunk) && !chunk.last());
            }
        } catch (Throwable e) {
            fail(e);
        }
    }

    private synchronized @Nullable JdbcSplit take() throws InterruptedException {
        while (toRead.isEmpty() && !closed) {
            wait();
        }
        return closed ? null : toRead.poll();
    }

    /** False once the reader is closed. */
    private synchronized boolean put(Chunk<T> chunk) throws InterruptedException {
        while (chunks.size() >= CHUNKS_AHEAD && !closed) {
            wait();
        }
        chunks.add(chunk);
        available.complete(null);
        return !closed;
    }

    private synchronized void fail(Throwable e) {
        failure = e;
        available.complete(null);
    }

    @Override
    public InputStatus pollNext(ReaderOutput<T> output) throws Exception {
        Chunk<T> chunk = emitting == null ? poll() : emitting;
        emitting = chunk;
        if (chunk == null) {
            return finished() ? InputStatus.END_OF_INPUT : InputStatus.NOTHING_AVAILABLE;
        }
        if (next < chunk.records().size()) {
            output.collect(chunk.records().get(next));
            unfinished.poll();
            // The one that is read is the first one.
            unfinished.addFirst(chunk.after().get(next++));
        }
        if (next == chunk.records().size()) {
            emitting = null;
            next = 0;
            if (chunk.last()) {
                unfinished.poll();
                if (unfinished.isEmpty()) {
                    requestSplit.run();
                }
            }
        }
        return InputStatus.MORE_AVAILABLE;
    }

    private synchronized @Nullable Chunk<T> poll() throws IOException {
        Chunk<T> chunk = chunks.poll();
        if (chunk == null && failure != null) {
            throw failure instanceof IOException told ? told : new IOException(String.valueOf(failure), failure);
        }
        if (chunk != null) {
            notifyAll();
        }
        return chunk;
    }

    private synchronized boolean finished() {
        if (noMoreSplits && unfinished.isEmpty()) {
            return true;
        }
        if (chunks.isEmpty() && failure == null && available.isDone()) {
            available = new CompletableFuture<>();
        }
        return false;
    }

    @Override
    public List<JdbcSplit> snapshotState(long checkpointId) {
        return new ArrayList<>(unfinished);
    }

    @Override
    public synchronized CompletableFuture<Void> isAvailable() {
        return available;
    }

    @Override
    public synchronized void addSplits(List<JdbcSplit> splits) {
        unfinished.addAll(splits);
        toRead.addAll(splits);
        notifyAll();
    }

    @Override
    public synchronized void notifyNoMoreSplits() {
        noMoreSplits = true;
        available.complete(null);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        cursor.close();
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
