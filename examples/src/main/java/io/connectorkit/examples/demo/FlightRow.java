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
        long version) {}
