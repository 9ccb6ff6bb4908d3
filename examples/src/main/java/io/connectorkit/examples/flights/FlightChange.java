package io.connectorkit.examples.flights;

import io.connectorkit.aws.dynamodbstreams.DynamoDbChange;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A change of a flight on its way through the job.
 *
 * @param sequenceNumber position in the stream: the version that guards both stores
 * @param flight the item after the change; null when it was deleted
 * @param from the airport of origin, once looked up
 * @param to the airport of destination, once looked up
 */
public record FlightChange(
        String id, String sequenceNumber, @Nullable Flight flight, @Nullable Airport from, @Nullable Airport to) {

    /** The columns that {@link #row} fills. */
    static final List<String> COLUMNS = List.of(
            "scheduled",
            "origin",
            "origin_name",
            "origin_city",
            "destination",
            "destination_name",
            "destination_city",
            "distance",
            "status",
            "delay",
            "revision",
            "sequence_number");

    /** How the table writes a time. */
    public static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm", Locale.ROOT);

    static FlightChange of(DynamoDbChange change) {
        Flight flight = change.newImage() == null ? null : Flight.of(change.newImage());
        return new FlightChange(change.key("flight").text(), change.sequenceNumber(), flight, null, null);
    }

    public ChangeKey key() {
        return ChangeKey.of(id);
    }

    public ChangeVersion version() {
        return ChangeVersion.of(sequenceNumber);
    }

    boolean deleted() {
        return flight == null;
    }

    /** Null when there is nothing to look up. */
    @Nullable
    ChangeKey origin() {
        return flight == null ? null : ChangeKey.of(flight.origin());
    }

    /** Null when there is nothing to look up. */
    @Nullable
    ChangeKey destination() {
        return flight == null ? null : ChangeKey.of(flight.destination());
    }

    FlightChange from(@Nullable Airport airport) {
        return new FlightChange(id, sequenceNumber, flight, airport, to);
    }

    FlightChange to(@Nullable Airport airport) {
        return new FlightChange(id, sequenceNumber, flight, from, airport);
    }

    /** What Elasticsearch stores; not asked of deletes. */
    Map<String, Object> document() {
        Flight f = present();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("flight", id);
        document.put("scheduled", f.scheduled());
        document.put("origin", f.origin());
        document.put("destination", f.destination());
        if (from != null) {
            document.put("origin_name", from.name());
            document.put("origin_city", from.city());
        }
        if (to != null) {
            document.put("destination_name", to.name());
            document.put("destination_city", to.city());
        }
        document.put("distance", f.distance());
        document.put("status", f.status());
        if (f.delay() != null) {
            document.put("delay", f.delay());
        }
        document.put("revision", f.revision());
        document.put("sequence_number", version().longValue());
        return document;
    }

    /** What PostgreSQL stores in {@link #COLUMNS}; not asked of deletes. */
    Object[] row() {
        Flight f = present();
        return new Object[] {
            LocalDateTime.parse(f.scheduled(), TIME),
            f.origin(),
            from == null ? null : from.name(),
            from == null ? null : from.city(),
            f.destination(),
            to == null ? null : to.name(),
            to == null ? null : to.city(),
            f.distance(),
            f.status(),
            f.delay(),
            f.revision(),
            new BigDecimal(sequenceNumber)
        };
    }

    private Flight present() {
        if (flight == null) {
            throw new IllegalStateException("flight " + id + " was deleted");
        }
        return flight;
    }
}
