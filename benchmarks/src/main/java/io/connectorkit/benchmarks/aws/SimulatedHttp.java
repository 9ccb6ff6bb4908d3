package io.connectorkit.benchmarks.aws;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;

/**
 * DynamoDB, Kinesis and Firehose that take every request and answer after a fixed time, below the SDK: requests are made,
 * signed and read as on a wire, and only the wire is missing.
 */
final class SimulatedHttp implements SdkAsyncHttpClient {

    private final long latencyMicros;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "simulated-http");
        thread.setDaemon(true);
        return thread;
    });

    SimulatedHttp(long latencyMicros) {
        this.latencyMicros = latencyMicros;
    }

    @Override
    public CompletableFuture<Void> execute(AsyncExecuteRequest request) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        long due = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(latencyMicros);
        String action = request.request().firstMatchingHeader("X-Amz-Target").orElse("");
        String entry = action.endsWith("PutRecords") ? "\"PartitionKey\"" : "\"Data\"";
        request.requestContentPublisher().subscribe(new Body(entry) {
            @Override
            public void onComplete() {
                timer.schedule(
                        () -> answer(request, action, count, done), due - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        });
        return done;
    }

    private static void answer(AsyncExecuteRequest request, String action, int entries, CompletableFuture<Void> done) {
        byte[] body = body(action, entries).getBytes(StandardCharsets.UTF_8);
        request.responseHandler()
                .onHeaders(SdkHttpResponse.builder()
                        .statusCode(200)
                        .putHeader("Content-Type", "application/x-amz-json-1.1")
                        .putHeader("Content-Length", Integer.toString(body.length))
                        .build());
        request.responseHandler().onStream(once(body));
        done.complete(null);
    }

    private static String body(String action, int entries) {
        String each = "{\"SequenceNumber\":\"1\",\"ShardId\":\"shardId-000000000000\"}";
        if (action.endsWith("PutRecords")) {
            return "{\"FailedRecordCount\":0,\"Records\":[" + each + ("," + each).repeat(entries - 1) + "]}";
        } else if (action.endsWith("PutRecordBatch")) {
            String id = "{\"RecordId\":\"1\"}";
            return "{\"FailedPutCount\":0,\"RequestResponses\":[" + id + ("," + id).repeat(entries - 1) + "]}";
        } else if (action.endsWith("DescribeTable")) {
            return "{\"Table\":{\"KeySchema\":[{\"AttributeName\":\"id\",\"KeyType\":\"HASH\"}],"
                    + "\"AttributeDefinitions\":[{\"AttributeName\":\"id\",\"AttributeType\":\"S\"}]}}";
        }
        return "{}";
    }

    private static Publisher<ByteBuffer> once(byte[] body) {
        return subscriber -> subscriber.onSubscribe(new Subscription() {
            private boolean sent;

            @Override
            public void request(long n) {
                if (!sent) {
                    sent = true;
                    subscriber.onNext(ByteBuffer.wrap(body));
                    subscriber.onComplete();
                }
            }

            @Override
            public void cancel() {
                sent = true;
            }
        });
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /** Reads a request and counts its entries by a text that each of them has once. */
    private abstract static class Body implements Subscriber<ByteBuffer> {
        private final byte[] entry;
        private int matched;
        int count;

        Body(String entry) {
            this.entry = entry.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ByteBuffer bytes) {
            while (bytes.hasRemaining()) {
                byte next = bytes.get();
                matched = next == entry[matched] ? matched + 1 : next == entry[0] ? 1 : 0;
                if (matched == entry.length) {
                    count++;
                    matched = 0;
                }
            }
        }

        @Override
        public void onError(Throwable error) {
            throw new IllegalStateException(error);
        }
    }
}
