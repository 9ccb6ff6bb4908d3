package io.connectorkit.aws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/**
 * Firehose over HTTP in this process: takes batches within the service's caps, keeps what was put, and fails as it is
 * told to.
 */
public final class FirehoseEndpoint implements AutoCloseable {

    private static final int MAX_RECORDS = 500;
    private static final int MAX_RECORD_BYTES = 1_000 * 1_024;
    private static final int MAX_BATCH_BYTES = 4 * 1_024 * 1_024;

    /** What happens to a request; asked once for each. */
    public interface Script {
        /** Status and error code of a request refused as a whole, as {@code 503 ServiceUnavailableException}; or null. */
        default String refusal(int request) {
            return null;
        }

        /** Error code of one record; or null. */
        default String entry(int request, int position) {
            return null;
        }
    }

    static {
        // Or each answer waits 40 ms for the other side's delayed acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, List<byte[]>> streams = new LinkedHashMap<>();
    private final List<String> signers = new CopyOnWriteArrayList<>();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile Script script = new Script() {};

    private FirehoseEndpoint(HttpServer server) {
        this.server = server;
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    public static FirehoseEndpoint start() {
        try {
            return new FirehoseEndpoint(
                    HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public AwsOptions options() {
        return AwsOptions.defaults()
                .withEndpoint(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort()), "us-east-1")
                .withCredentials(AwsCredentials.keys("local", "local"));
    }

    /** Makes an empty delivery stream. */
    public synchronized void create(String stream) {
        streams.put(stream, new ArrayList<>());
    }

    /** What was put into a stream, in its order. */
    public synchronized List<byte[]> records(String stream) {
        return List.copyOf(streams.get(stream));
    }

    /** The access key ids that the puts since the last script were signed with. */
    public List<String> signers() {
        return List.copyOf(signers);
    }

    /** Until the next call. */
    public void script(Script script) {
        this.script = script;
        signers.clear();
        requests.set(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode body = JsonNode.parser().parse(exchange.getRequestBody().readAllBytes());
            String action = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            boolean isPut = action.endsWith(".PutRecordBatch");
            if (isPut) {
                String signature = exchange.getRequestHeaders().getFirst("Authorization");
                signers.add(signature.replaceFirst(".*Credential=([^/]*)/.*", "$1"));
            }
            Answer answer = isPut ? put(body) : describe(body);
            byte[] json = answer.json.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
            exchange.sendResponseHeaders(answer.status, json.length);
            exchange.getResponseBody().write(json);
        }
    }

    private record Answer(int status, String json) {
        static Answer error(int status, String code, String message) {
            return new Answer(status, "{\"__type\":\"" + code + "\",\"message\":\"" + message + "\"}");
        }
    }

    private static String text(JsonNode object, String name) {
        return object.asObject().get(name).asString();
    }

    private synchronized Answer describe(JsonNode body) {
        String stream = text(body, "DeliveryStreamName");
        return streams.containsKey(stream)
                ? new Answer(
                        200,
                        "{\"DeliveryStreamDescription\":{\"DeliveryStreamName\":\"" + stream
                                + "\",\"DeliveryStreamStatus\":\"ACTIVE\"}}")
                : missing(stream);
    }

    private static Answer missing(String stream) {
        return Answer.error(400, "ResourceNotFoundException", "Firehose " + stream + " under account 1 not found.");
    }

    private synchronized Answer put(JsonNode body) {
        int request = requests.incrementAndGet();
        String refusal = script.refusal(request);
        if (refusal != null) {
            String[] parts = refusal.split(" ");
            return Answer.error(Integer.parseInt(parts[0]), parts[1], "as the test wants it");
        }
        String name = text(body, "DeliveryStreamName");
        List<byte[]> stream = streams.get(name);
        if (stream == null) {
            return missing(name);
        }
        List<byte[]> records = new ArrayList<>();
        long bytes = 0;
        for (JsonNode record : body.asObject().get("Records").asArray()) {
            byte[] data = Base64.getDecoder().decode(text(record, "Data"));
            bytes += data.length;
            records.add(data);
            if (data.length > MAX_RECORD_BYTES) {
                return Answer.error(400, "ValidationException", "record size exceeds 1024000");
            }
            if (new String(data, StandardCharsets.UTF_8).contains("poison")) {
                return Answer.error(400, "InvalidArgumentException", "a record is not what this stream takes");
            }
        }
        if (records.isEmpty() || records.size() > MAX_RECORDS) {
            return Answer.error(
                    400, "ValidationException", "length must be 1 to " + MAX_RECORDS + ", got " + records.size());
        }
        if (bytes > MAX_BATCH_BYTES) {
            return Answer.error(400, "InvalidArgumentException", "batch of " + bytes + " bytes exceeds 4 MiB");
        }
        return new Answer(200, entries(request, records, stream));
    }

    private String entries(int request, List<byte[]> records, List<byte[]> stream) {
        StringBuilder json = new StringBuilder();
        int failed = 0;
        for (int i = 0; i < records.size(); i++) {
            String code = script.entry(request, i);
            json.append(i == 0 ? "" : ",");
            if (code == null) {
                stream.add(records.get(i));
                json.append("{\"RecordId\":\"")
                        .append(request)
                        .append('/')
                        .append(i)
                        .append("\"}");
            } else {
                failed++;
                json.append("{\"ErrorCode\":\"").append(code).append("\",\"ErrorMessage\":\"as the test wants it\"}");
            }
        }
        return "{\"FailedPutCount\":" + failed + ",\"Encrypted\":false,\"RequestResponses\":[" + json + "]}";
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
