package io.connectorkit.examples.demo;

import org.jspecify.annotations.Nullable;

/**
 * One flight as it stands in the DynamoDB table.
 *
 * @param id the table's key
 * @param scheduled departure, local time
 * @param distance miles
 * @param status scheduled, departed, corrected or reinstated
 * @param delay minutes, negative when early; null until the flight has departed
 * @param revision how often the flight has changed; goes on counting when a cancelled flight comes back
 */
public record Flight(
        String id,
        String scheduled,
        String origin,
        String destination,
        int distance,
        String status,
        @Nullable Integer delay,
        int revision) {

    Flight next(String status, @Nullable Integer delay) {
        return new Flight(id, scheduled, origin, destination, distance, status, delay, revision + 1);
    }
}
