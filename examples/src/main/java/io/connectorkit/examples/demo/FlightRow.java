package io.connectorkit.examples.demo;

import org.jspecify.annotations.Nullable;

/**
 * One row as a store must hold it: the flight, the names of its airports and the version of its last change.
 *
 * @param version sequence number of the change that wrote it
 */
record FlightRow(
        Flight flight,
        @Nullable String originName,
        @Nullable String originCity,
        @Nullable String destinationName,
        @Nullable String destinationCity,
        long version) {

    static FlightRow of(Flight flight, @Nullable Airport origin, @Nullable Airport destination, long version) {
        return new FlightRow(
                flight,
                origin == null ? null : origin.name(),
                origin == null ? null : origin.city(),
                destination == null ? null : destination.name(),
                destination == null ? null : destination.city(),
                version);
    }
}
