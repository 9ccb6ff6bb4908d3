package io.connectorkit.examples.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.connectorkit.examples.flights.Flight;
import io.connectorkit.examples.flights.FlightsJob;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The Elasticsearch index of flights. */
final class FlightIndex implements FlightStore {

    private static final String NAME = FlightsJob.FLIGHTS;

    private static final int PAGE = 5_000;

    /** Delete versions are kept as long as a replay may take: longer than the 60 s that are Elasticsearch's default. */
    private static final String DEFINITION =
            """
            {
              "settings": {"number_of_shards": 1, "number_of_replicas": 0, "index.gc_deletes": "1h"},
              "mappings": {"dynamic": "strict", "properties": {
                "flight": {"type": "keyword"},
                "scheduled": {"type": "date", "format": "yyyy/MM/dd HH:mm"},
                "origin": {"type": "keyword"}, "origin_name": {"type": "text"}, "origin_city": {"type": "text"},
                "destination": {"type": "keyword"}, "destination_name": {"type": "text"},
                "destination_city": {"type": "text"},
                "distance": {"type": "integer"}, "status": {"type": "keyword"}, "delay": {"type": "integer"},
                "revision": {"type": "integer"}, "sequence_number": {"type": "long"}
              }}
            }""";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ObjectMapper json = new ObjectMapper();
    private final String url;

    FlightIndex(String url) {
        this.url = url;
    }

    void create() throws IOException, InterruptedException {
        send("PUT", "", DEFINITION);
    }

    @Override
    public String name() {
        return FlightsJob.ELASTICSEARCH;
    }

    @Override
    public Map<String, FlightRow> rows() throws IOException, InterruptedException {
        send("POST", "/_refresh", "");
        Map<String, FlightRow> rows = new TreeMap<>();
        ObjectNode search = json.createObjectNode().put("size", PAGE);
        search.putArray("sort").add("flight");
        while (true) {
            JsonNode hits =
                    send("POST", "/_search", search.toString()).path("hits").path("hits");
            for (JsonNode hit : hits) {
                rows.put(hit.get("_id").asText(), row(hit.get("_source")));
            }
            if (hits.size() < PAGE) {
                return rows;
            }
            search.set("search_after", hits.get(hits.size() - 1).get("sort"));
        }
    }

    @Override
    public Map<String, Integer> revisions(Collection<String> ids) throws IOException, InterruptedException {
        ObjectNode request = json.createObjectNode();
        ArrayNode wanted = request.putArray("ids");
        ids.forEach(wanted::add);
        Map<String, Integer> revisions = new HashMap<>();
        for (JsonNode doc : send("POST", "/_mget?_source_includes=revision", request.toString())
                .path("docs")) {
            if (doc.path("found").asBoolean()) {
                revisions.put(
                        doc.get("_id").asText(),
                        doc.get("_source").get("revision").asInt());
            }
        }
        return revisions;
    }

    private static FlightRow row(JsonNode source) {
        Flight flight = new Flight(
                source.get("flight").asText(),
                source.get("scheduled").asText(),
                source.get("origin").asText(),
                source.get("destination").asText(),
                source.get("distance").asInt(),
                source.get("status").asText(),
                source.has("delay") ? source.get("delay").asInt() : null,
                source.get("revision").asInt());
        return new FlightRow(
                flight,
                text(source, "origin_name"),
                text(source, "origin_city"),
                text(source, "destination_name"),
                text(source, "destination_city"),
                source.get("sequence_number").asLong());
    }

    private static @Nullable String text(JsonNode source, String field) {
        return source.has(field) ? source.get(field).asText() : null;
    }

    private JsonNode send(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/" + NAME + path))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build();
        var response = http.send(request, BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new IOException("Elasticsearch answered " + response.statusCode() + " to " + method + " " + NAME
                    + path + ": " + response.body());
        }
        return json.readTree(response.body());
    }

    @Override
    public void close() {}
}
