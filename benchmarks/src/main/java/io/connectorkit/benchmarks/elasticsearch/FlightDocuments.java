package io.connectorkit.benchmarks.elasticsearch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Real flights as documents of 1 KB: a flight, and the flights that left before it to fill the page. */
final class FlightDocuments {

    /** From the repository's root, where dev/bench runs. */
    private static final Path FILE =
            Path.of("examples/src/main/resources/io/connectorkit/examples/demo/flights-20k.json.gz");

    private static final int BYTES = 1_024;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What is written: version 1 when a flight departs, 2 when it has landed. */
    record Update(String id, long version, byte[] document) {}

    private FlightDocuments() {}

    /** All departures of {@code flights} flights, and then all landings: too far apart to be merged on the way. */
    static List<Update> updates(int flights) throws IOException {
        List<ObjectNode> rows = rows();
        List<Update> updates = new ArrayList<>(2 * flights);
        for (int version = 1; version <= 2; version++) {
            StringBuilder before = new StringBuilder();
            for (int i = 0; i < flights; i++) {
                ObjectNode flight = rows.get(i % rows.size());
                String id = "flight-" + i;
                updates.add(
                        new Update(id, version, document(flight, id, version == 1 ? "departed" : "landed", before)));
                before.insert(
                        0,
                        flight.get("origin").asText() + "-"
                                + flight.get("destination").asText() + " "
                                + flight.get("date").asText() + "; ");
                before.setLength(Math.min(before.length(), BYTES));
            }
        }
        return updates;
    }

    private static byte[] document(ObjectNode flight, String id, String status, CharSequence before)
            throws IOException {
        ObjectNode document = flight.deepCopy();
        document.put("id", id);
        document.put("status", status);
        document.put("before", "");
        int room = BYTES - JSON.writeValueAsBytes(document).length;
        String page = before.toString();
        document.put("before", (page + "-".repeat(BYTES)).substring(0, room));
        return JSON.writeValueAsString(document).getBytes(StandardCharsets.UTF_8);
    }

    private static List<ObjectNode> rows() throws IOException {
        if (!Files.isReadable(FILE)) {
            throw new FileNotFoundException("the flights must be at " + FILE + "; run dev/bench");
        }
        try (InputStream file = new GZIPInputStream(Files.newInputStream(FILE))) {
            List<ObjectNode> rows = new ArrayList<>();
            for (JsonNode row : JSON.readTree(file)) {
                rows.add((ObjectNode) row);
            }
            return rows;
        }
    }
}
