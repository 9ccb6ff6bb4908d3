package io.connectorkit.examples.flights;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

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

    /** Reads an item, or an image of a stream record. */
    public static Flight of(Map<String, AttributeValue> item) {
        AttributeValue delay = item.get("delay");
        return new Flight(
                present(item, "flight").s(),
                present(item, "scheduled").s(),
                present(item, "origin").s(),
                present(item, "destination").s(),
                Integer.parseInt(present(item, "distance").n()),
                present(item, "status").s(),
                delay == null ? null : Integer.valueOf(delay.n()),
                Integer.parseInt(present(item, "revision").n()));
    }

    private static AttributeValue present(Map<String, AttributeValue> item, String attribute) {
        AttributeValue value = item.get(attribute);
        if (value == null) {
            throw new IllegalArgumentException("a flight must have the attribute '" + attribute + "', got none");
        }
        return value;
    }

    /** The flight after its next change. */
    public Flight next(String status, @Nullable Integer delay) {
        return new Flight(id, scheduled, origin, destination, distance, status, delay, revision + 1);
    }
}
