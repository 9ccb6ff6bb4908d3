package io.connectorkit.examples.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.connectorkit.examples.flights.Airport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/** The flights and airports that the demo writes; the README beside the files says where they come from. */
final class Dataset {

    /** A flight of the data set: where, when, and how late it left in the end. */
    record Departure(String id, String scheduled, String origin, String destination, int distance, int delay) {}

    private Dataset() {}

    /** The first {@code rows} flights, in order of departure. */
    static List<Departure> flights(int rows) {
        try (InputStream file = open("flights-20k.json.gz")) {
            List<Departure> flights = new ArrayList<>(rows);
            for (JsonNode flight : new ObjectMapper().readTree(file)) {
                if (flights.size() == rows) {
                    break;
                }
                flights.add(new Departure(
                        String.format(Locale.ROOT, "F%05d", flights.size() + 1),
                        flight.get("date").asText(),
                        flight.get("origin").asText(),
                        flight.get("destination").asText(),
                        flight.get("distance").asInt(),
                        flight.get("delay").asInt()));
            }
            return flights;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All airports by IATA code. */
    static Map<String, Airport> airports() {
        try (BufferedReader file =
                new BufferedReader(new InputStreamReader(open("airports.csv.gz"), StandardCharsets.UTF_8))) {
            Map<String, Airport> airports = new TreeMap<>();
            file.readLine(); // column names
            for (String line = file.readLine(); line != null; line = file.readLine()) {
                List<String> fields = fields(line);
                airports.put(fields.get(0), new Airport(fields.get(0), fields.get(1), fields.get(2)));
            }
            return airports;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String name) throws IOException {
        InputStream file = Dataset.class.getResourceAsStream(name);
        if (file == null) {
            throw new IOException("resource " + name + " is missing from the classpath");
        }
        return new GZIPInputStream(file);
    }

    /** The fields of a CSV line; quotes may enclose commas and, doubled, quotes. */
    static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            boolean doubled = c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"';
            if (doubled) {
                field.append('"');
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }
}
