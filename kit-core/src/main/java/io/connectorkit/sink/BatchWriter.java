package io.connectorkit.sink;

import io.connectorkit.change.Change;
import io.connectorkit.failure.FailureKind;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.random.RandomGenerator;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.util.function.ThrowingRunnable;
import org.jspecify.annotations.Nullable;

/**
 * The writer of every sink: batches changes, keeps several requests in flight and the changes of a key in order.
 *
 * <p>All state lives on the task thread; a destination's threads only hand a finished request over through the mailbox.
 * {@link #flush} returns when nothing is buffered any more, so a completed checkpoint covers everything written before
 * it and there is no writer state; unless {@link SinkOptions#flushOnCheckpoint()} is off: then only the end of input
 * waits.
 */
final class BatchWriter<T, P> implements SinkWriter<T> {

    private static final long NEVER = Long.MAX_VALUE;

    private final Changes<T, P> changes;
    private final Destination<P> destination;
    private final String name;
    private final Rejections<T, P> rejections;
    private final MailboxExecutor mailbox;
    private final ProcessingTimeService clock;
    private final WriterMetrics metrics;

    private final long recordBytes;
    private final long bufferedBytes;
    private final long lingerMillis;
    private final int mostInFlight;
    private final long timeoutMillis;
    private final boolean flushOnCheckpoint;

    private final ChangeBuffer<P> buffer;
    private final Window window;
    private final InFlight<P> inFlight;
    private final Answers<P> answers;

    /** Above 0 while someone waits for a drained buffer: batches then go out however full they are. */
    private int draining;

    /** Above 0 while someone waits for room: batches then go out when an answer would not fill them first. */
    private int crammed;

    /** Processing time as of the last event; exact to the pace of batches, so that no record pays for a clock. */
    private long nowMillis;

    // What the window says as of the last answer, so that no record pays for asking.
    private int batchEntries;
    private long batchBytes;
    private int bufferedEntries;

    private long armedMillis = NEVER;
    private @Nullable ScheduledFuture<?> armed;
    private volatile boolean closed;

    BatchWriter(
            Changes<T, P> changes,
            DestinationFactory<P> factory,
            Destination<P> destination,
            SinkOptions options,
            Rejections<T, P> rejections,
            WriterInitContext context,
            RandomGenerator random) {
        this.changes = changes;
        this.destination = destination;
        this.name = factory.name();
        this.rejections = rejections;
        this.mailbox = context.getMailboxExecutor();
        this.clock = context.getProcessingTimeService();
        this.metrics = new WriterMetrics(context.metricGroup());
        SinkTuning tuning = options.tuning();
        this.recordBytes = tuning.recordBytes().getBytes();
        this.bufferedBytes = tuning.bufferedBytes().getBytes();
        this.lingerMillis = tuning.linger().toMillis();
        this.mostInFlight = tuning.inFlight();
        this.timeoutMillis = options.requestTimeout().toMillis();
        this.flushOnCheckpoint = options.flushOnCheckpoint();
        this.buffer =
                new ChangeBuffer<>(factory.ordering(), changes.writeMode(), factory.join(), tuning.bufferedEntries());
        this.window = Window.of(tuning);
        this.inFlight = new InFlight<>();
        this.answers = new Answers<>(factory, options, rejections, buffer, window, metrics, random);
        this.nowMillis = clock.getCurrentProcessingTime();
        this.batchEntries = window.batchEntries();
        this.batchBytes = window.batchBytes();
        this.bufferedEntries = window.heldEntries();
        buffer.limit(batchEntries, batchBytes);
        metrics.observe(context.metricGroup(), this, buffer, window);
    }

    int inFlight() {
        return inFlight.size();
    }

    /** The tuned bound; the window may allow less at the moment. */
    int mostInFlight() {
        return mostInFlight;
    }

    // ------------------------------------------------------------------ what Flink calls

    @Override
    public void write(T element, Context context) throws IOException, InterruptedException {
        Change<P> change;
        int size;
        try {
            change = changes.read(element);
            size = destination.sizeOf(change);
        } catch (Exception e) {
            rejections.unreadable(element, e);
            return;
        }
        if (size > recordBytes) {
            metrics.rejected.inc();
            rejections.rejected(
                    change,
                    0,
                    new IllegalArgumentException(
                            "it has " + size + " bytes, sink.record.max-bytes allows " + recordBytes));
            rejections.forward();
            return;
        }
        if (!buffer.offer(change, size)) {
            add(change, size);
        }
    }

    private void add(Change<P> change, int size) throws IOException, InterruptedException {
        if (!hasRoomFor(size)) {
            awaitRoom(size);
        }
        if (buffer.readyEntries() == 0 && !buffer.hasToWait(change)) {
            nowMillis = clock.getCurrentProcessingTime();
            buffer.add(change, size, nowMillis);
            arm();
        } else {
            buffer.add(change, size, nowMillis);
        }
        if (batchIsFull() && inFlight.size() < window.limit()) {
            dispatch();
        }
        allow();
    }

    /** What may arrive before anything has to be done about it. */
    private void allow() {
        int ready = buffer.readyEntries();
        if (ready == 0) {
            return;
        }
        int most = bufferedEntries - buffer.entries();
        long mostBytes = bufferedBytes - buffer.bytes();
        if (inFlight.size() < window.limit()) {
            most = Math.min(most, batchEntries - ready - 1);
            mostBytes = Math.min(mostBytes, batchBytes - buffer.readyBytes() - 1);
        }
        buffer.allow(most, mostBytes);
    }

    @Override
    public void flush(boolean endOfInput) throws IOException, InterruptedException {
        if (!flushOnCheckpoint && !endOfInput) {
            rejections.forward();
            return;
        }
        draining++;
        window.pause();
        try {
            dispatchNow();
            while (buffer.entries() > 0) {
                mailbox.yield();
            }
            rejections.forward();
        } finally {
            window.resume();
            draining--;
        }
    }

    @Override
    public void close() throws Exception {
        closed = true;
        if (armed != null) {
            armed.cancel(false);
        }
        destination.close();
    }

    // ------------------------------------------------------------------ sending

    private boolean hasRoomFor(int size) {
        int held = buffer.entries();
        return held == 0 || (held < bufferedEntries && buffer.bytes() + size <= bufferedBytes);
    }

    private void awaitRoom(int size) throws IOException, InterruptedException {
        crammed++;
        try {
            dispatchNow();
            while (!hasRoomFor(size)) {
                mailbox.yield();
            }
        } finally {
            crammed--;
        }
    }

    private boolean batchIsFull() {
        return buffer.readyEntries() >= batchEntries || buffer.readyBytes() >= batchBytes;
    }

    private boolean batchIsDue() {
        return buffer.readyEntries() > 0
                && (draining > 0
                        || batchIsFull()
                        || nowMillis - buffer.oldestReadyMillis() >= lingerMillis
                        || (crammed > 0 && isWorthARequest()));
    }

    /**
     * Whether a batch that is not full should go while the buffer is: not a few changes, since an answer soon makes room
     * for more of them; but whatever there is when no answer will, or when only the changes of few keys are left.
     */
    private boolean isWorthARequest() {
        return inFlight.size() == 0
                || 2 * buffer.readyEntries() >= batchEntries
                || 2L * buffer.heldBackEntries() >= buffer.entries();
    }

    private void dispatchNow() throws IOException {
        nowMillis = clock.getCurrentProcessingTime();
        dispatch();
    }

    /** Sends what may go: halves of refused batches first, then full or due batches, as far as the window reaches. */
    private void dispatch() throws IOException {
        buffer.admit();
        while (inFlight.size() < window.limit()) {
            if (buffer.hasIsolated()) {
                send(buffer.takeIsolated());
            } else if (batchIsDue()) {
                send(buffer.take());
            } else {
                break;
            }
        }
        arm();
    }

    private void send(Pack<P> pack) {
        Request<P> request = new Request<>(this, pack, window.sent(), nowMillis);
        inFlight.add(request);
        metrics.requests.inc();
        try {
            destination.send(pack.batch(), request);
        } catch (RuntimeException e) {
            request.failed(FailureKind.RETRYABLE, e);
        }
    }

    // ------------------------------------------------------------------ answers

    /** Any thread: {@code request} has been reported on. */
    void answered(Request<P> request) {
        post(() -> settle(request));
    }

    /** Any thread: the destination broke its contract. */
    void broken(Throwable cause) {
        post(() -> {
            throw new IOException("the destination of " + name + " failed: " + cause.getMessage(), cause);
        });
    }

    private void post(ThrowingRunnable<Exception> mail) {
        try {
            mailbox.execute(mail, "Answer from %s", name);
        } catch (RejectedExecutionException e) {
            if (!closed) {
                throw e;
            }
        }
    }

    private void settle(Request<P> request) throws IOException, InterruptedException {
        if (request.settled || closed) {
            return;
        }
        nowMillis = clock.getCurrentProcessingTime();
        inFlight.remove(request);
        metrics.answeredAfter(nowMillis - request.sentMillis);
        boolean waiting = batchIsFull();
        followWindow(request, answers.settle(request, nowMillis), waiting);
        dispatch();
        rejections.forward();
    }

    private void followWindow(Request<P> ended, int delivered, boolean waiting) {
        window.answered(ended.number, delivered, nowMillis - ended.sentMillis, waiting, nowMillis);
        batchEntries = window.batchEntries();
        batchBytes = window.batchBytes();
        bufferedEntries = window.heldEntries();
        buffer.limit(batchEntries, batchBytes);
    }

    // ------------------------------------------------------------------ time

    /** Keeps one timer at the earliest moment at which something is to be done without being asked. */
    private void arm() {
        Request<P> oldest = inFlight.oldest();
        long next = Math.min(buffer.nextDueMillis(), oldest == null ? NEVER : oldest.sentMillis + timeoutMillis);
        if (buffer.readyEntries() > 0 && inFlight.size() < window.limit()) {
            next = Math.min(next, buffer.oldestReadyMillis() + lingerMillis);
        }
        if (next >= armedMillis) {
            return;
        }
        if (armed != null) {
            armed.cancel(false);
        }
        armedMillis = next;
        armed = clock.registerTimer(next, this::onTimer);
    }

    private void onTimer(long time) throws IOException {
        if (closed) {
            return;
        }
        armedMillis = NEVER;
        armed = null;
        nowMillis = Math.max(time, clock.getCurrentProcessingTime());
        buffer.wake(nowMillis);
        for (Request<P> late = inFlight.oldest();
                late != null && nowMillis - late.sentMillis >= timeoutMillis;
                late = inFlight.oldest()) {
            inFlight.remove(late);
            boolean waiting = batchIsFull();
            answers.giveUp(late, nowMillis);
            followWindow(late, 0, waiting);
        }
        dispatch();
    }
}
