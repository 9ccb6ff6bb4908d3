package io.connectorkit.examples.demo;

import io.connectorkit.examples.flights.Airport;
import io.connectorkit.examples.flights.Flight;
import org.jspecify.annotations.Nullable;

/**
 * One row as a store must hold it: the flight, the names of its airports and the last change.
 *
 * @param sequenceNumber of the change that wrote the row: the version that the guard compares
 */
record FlightRow(
        Flight flight,
        @Nullable String originName,
        @Nullable String originCity,
        @Nullable String destinationName,
        @Nullable String destinationCity,
        long sequenceNumber) {

    static FlightRow of(Flight flight, @Nullable Airport origin, @Nullable Airport destination, long sequenceNumber) {
        return new FlightRow(
                flight,
                origin == null ? null : origin.name(),
                origin == null ? null : origin.city(),
                destination == null ? null : destination.name(),
                destination == null ? null : destination.city(),
                sequenceNumber);
    }
}
