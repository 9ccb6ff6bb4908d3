package io.connectorkit.examples.demo;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
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

    ChangeKey key() {
        return ChangeKey.of(id);
    }

    ChangeVersion version() {
        return ChangeVersion.of(sequenceNumber);
    }

    boolean deleted() {
        return flight == null;
    }

    /** The item; only for changes that are not deletes. */
    Flight present() {
        if (flight == null) {
            throw new IllegalStateException("flight " + id + " was deleted");
        }
        return flight;
    }

    FlightChange from(@Nullable Airport airport) {
        return new FlightChange(id, sequenceNumber, flight, airport, to);
    }

    FlightChange to(@Nullable Airport airport) {
        return new FlightChange(id, sequenceNumber, flight, from, airport);
    }
}
