package io.connectorkit.aws;

import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * A service in this JVM: applies each request at some moment after it was sent, as a server does, in no order, and answers
 * on a thread of its own.
 */
public final class FakeService implements AutoCloseable {

    private static final int MOST_DELAY_MICROS = 1_500;

    private final SplittableRandom random = new SplittableRandom(1);
    private final AtomicInteger requests = new AtomicInteger();
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2, task -> {
        Thread thread = new Thread(task, "fake-service");
        thread.setDaemon(true);
        return thread;
    });
    private volatile Script script = request -> null;
    private volatile IntPredicate silent = request -> false;

    /** Fails a request before it is applied; null lets it through. Requests count from 1. */
    public interface Script {
        RuntimeException refusal(int request);
    }

    public void script(Script script) {
        this.script = script;
        requests.set(0);
    }

    /** Never answers these requests, though it applies them. */
    public void lose(IntPredicate silent) {
        this.silent = silent;
        requests.set(0);
    }

    public int requests() {
        return requests.get();
    }

    /** Applies one request at a time. */
    public <R> CompletableFuture<R> answer(Supplier<R> apply) {
        int number = requests.incrementAndGet();
        CompletableFuture<R> answer = new CompletableFuture<>();
        threads.schedule(
                () -> {
                    try {
                        RuntimeException refusal = script.refusal(number);
                        if (refusal != null) {
                            throw refusal;
                        }
                        R result;
                        synchronized (this) {
                            result = apply.get();
                        }
                        if (!silent.test(number)) {
                            answer.complete(result);
                        }
                    } catch (Throwable e) {
                        answer.completeExceptionally(e);
                    }
                },
                delayMicros(),
                TimeUnit.MICROSECONDS);
        return answer;
    }

    private synchronized int delayMicros() {
        return random.nextInt(MOST_DELAY_MICROS);
    }

    /** What the service would throw. */
    public static AwsServiceException error(int status, String code, String message) {
        return AwsServiceException.builder()
                .statusCode(status)
                .message(message)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage(message)
                        .build())
                .build();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
