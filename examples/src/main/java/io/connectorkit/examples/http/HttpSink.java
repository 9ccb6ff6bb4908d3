package io.connectorkit.examples.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.connectorkit.change.Change;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.sink.Batch;
import io.connectorkit.sink.Completion;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.DestinationContext;
import io.connectorkit.sink.DestinationFactory;
import io.connectorkit.sink.Ordering;
import io.connectorkit.sink.Outcome;
import io.connectorkit.sink.PayloadCodec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Posts changes to an endpoint that keeps the highest version of each id and answers a status for each change. */
public record HttpSink(URI endpoint) implements DestinationFactory<byte[]> {

    @Override
    public Destination<byte[]> open(DestinationContext context) {
        return new Endpoint(HttpClient.newHttpClient(), endpoint);
    }

    @Override
    public String name() {
        return "HTTP endpoint " + endpoint;
    }

    @Override
    public Ordering ordering() {
        return Ordering.COALESCE; // Each change is the whole row: the newest of a key is enough.
    }

    @Override
    public boolean guarded() {
        return true; // A late request cannot put an older version over a newer one.
    }

    @Override
    public PayloadCodec<byte[]> payloadCodec() {
        return PayloadCodec.bytes(); // For dead letters.
    }

    private record Entry(String id, String version, byte @Nullable [] payload) {
        static Entry of(Change<byte[]> change) {
            byte[] payload = change instanceof Change.Upsert<byte[]> upsert ? upsert.payload() : null;
            return new Entry(change.key().text(), String.valueOf(change.version()), payload);
        }
    }

    private record Endpoint(HttpClient client, URI uri) implements Destination<byte[]> {
        private static final ObjectMapper JSON = new ObjectMapper();

        @Override
        public void send(Batch<byte[]> batch, Completion completion) {
            List<Entry> entries = batch.stream().map(Entry::of).toList();
            String body = JSON.valueToTree(entries).toString();
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
                    .thenAccept(response -> answer(response, completion))
                    .exceptionally(failure -> {
                        completion.failed(FailureKind.RETRYABLE, failure);
                        return null;
                    });
        }

        private static void answer(HttpResponse<byte[]> response, Completion completion) {
            IOException problem = new IOException("status " + response.statusCode());
            switch (response.statusCode()) {
                case 200 -> completion.completed(outcomes(response.body()));
                case 413 -> completion.failed(FailureKind.REJECTED, problem); // The writer halves the batch.
                case 429, 503 -> completion.failed(FailureKind.THROTTLED, problem);
                case 401, 403, 404 -> completion.failed(FailureKind.FATAL, problem);
                default -> completion.failed(FailureKind.RETRYABLE, problem);
            }
        }

        private static List<Outcome> outcomes(byte[] body) {
            try {
                int[] statuses = JSON.readValue(body, int[].class);
                return Arrays.stream(statuses).mapToObj(Endpoint::outcome).toList();
            } catch (IOException e) {
                return List.of(); // Covers no batch: the writer fails the job and says so.
            }
        }

        private static Outcome outcome(int status) {
            return switch (status) {
                case 200 -> Outcome.delivered();
                case 409 -> Outcome.stale();
                case 400 -> Outcome.rejected(new IOException("status 400"));
                default -> Outcome.retry(new IOException("status " + status));
            };
        }

        @Override
        public int sizeOf(Change<byte[]> change) {
            return 100 + (change instanceof Change.Upsert<byte[]> upsert ? upsert.payload().length : 0);
        }

        @Override
        public void close() {} // Java's client ends with its last reference.
    }
}
