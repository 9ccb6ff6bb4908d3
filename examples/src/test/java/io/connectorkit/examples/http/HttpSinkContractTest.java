package io.connectorkit.examples.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.DestinationFactory;
import io.connectorkit.tck.SinkContract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The example of docs/write-your-own-sink.md keeps the contract. */
class HttpSinkContractTest extends SinkContract<byte[]> {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What the endpoint keeps: version and text, or no text for a deleted id. */
    private record Row(long version, String text) {}

    private final Map<String, Row> rows = new HashMap<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/batch", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        ArrayNode statuses = JSON.createArrayNode();
        synchronized (rows) {
            for (JsonNode entry : JSON.readTree(exchange.getRequestBody())) {
                statuses.add(apply(entry));
            }
        }
        byte[] body = JSON.writeValueAsBytes(statuses);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static String text(JsonNode entry) throws IOException {
        JsonNode payload = entry.get("payload");
        return payload.isNull() ? null : new String(payload.binaryValue(), StandardCharsets.UTF_8);
    }

    private int apply(JsonNode entry) throws IOException {
        Row row = new Row(entry.get("version").asLong(), text(entry));
        Row held = rows.get(entry.get("id").asText());
        if ("poison".equals(row.text())) {
            return 400;
        } else if (held != null && held.version() > row.version()) {
            return 409;
        }
        rows.put(entry.get("id").asText(), row);
        return 200;
    }

    @Override
    protected DestinationFactory<byte[]> destination(WriteMode mode) {
        return new HttpSink(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/batch"));
    }

    @Override
    protected Set<WriteMode> modes() {
        return Set.of(WriteMode.NEWEST_WINS);
    }

    @Override
    protected byte[] payload(ChangeKey key, String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    protected Map<ChangeKey, String> contents() {
        Map<ChangeKey, String> contents = new HashMap<>();
        synchronized (rows) {
            rows.forEach((id, row) -> {
                if (row.text() != null) {
                    contents.put(ChangeKey.parse(id), row.text());
                }
            });
        }
        return contents;
    }

    @Override
    protected Optional<String> poison() {
        return Optional.of("poison");
    }
}
