package io.connectorkit.aws.kinesis;

import io.connectorkit.aws.shard.ShardPosition;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;

/**
 * Where a subscription starts, in the place of an iterator: a word, and what it is relative to behind a blank.
 *
 * <p>{@code CONTINUE n} is where the service said that an earlier subscription had come.
 */
final class FanOutPosition {

    private static final String CONTINUE = "CONTINUE";

    private FanOutPosition() {}

    static String of(ShardPosition position) {
        return switch (position.kind()) {
            case OLDEST, TRIM_HORIZON -> "TRIM_HORIZON ";
            case LATEST, SINCE -> position.kind() + " " + position.time();
            case AFTER -> "AFTER " + position.sequenceNumber();
        };
    }

    static String continuing(String sequenceNumber) {
        return CONTINUE + " " + sequenceNumber;
    }

    /** A position within a record; null when there is nothing to pass over. */
    static @Nullable String within(String iterator) {
        String argument = argument(iterator);
        return iterator.startsWith("AFTER") && KinesisShardPages.isWithinRecord(argument) ? argument : null;
    }

    static boolean isLatest(String iterator) {
        return iterator.startsWith("LATEST");
    }

    /** For the service; {@code again} when LATEST was asked for before, and would be another place now. */
    static StartingPosition starting(String iterator, boolean again) {
        String argument = argument(iterator);
        StartingPosition.Builder starting = StartingPosition.builder();
        switch (iterator.substring(0, iterator.indexOf(' '))) {
            case "TRIM_HORIZON" -> starting.type(ShardIteratorType.TRIM_HORIZON);
            case "LATEST" -> {
                if (again) {
                    starting.type(ShardIteratorType.AT_TIMESTAMP).timestamp(Instant.parse(argument));
                } else {
                    starting.type(ShardIteratorType.LATEST);
                }
            }
            case "SINCE" -> starting.type(ShardIteratorType.AT_TIMESTAMP).timestamp(Instant.parse(argument));
            case "AFTER" ->
                starting.type(
                                KinesisShardPages.isWithinRecord(argument)
                                        ? ShardIteratorType.AT_SEQUENCE_NUMBER
                                        : ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                        .sequenceNumber(KinesisShardPages.sequenceNumber(argument));
            case CONTINUE ->
                starting.type(ShardIteratorType.AFTER_SEQUENCE_NUMBER).sequenceNumber(argument);
            default -> throw new IllegalArgumentException("no place to start: " + iterator);
        }
        return starting.build();
    }

    private static String argument(String iterator) {
        return iterator.substring(iterator.indexOf(' ') + 1);
    }
}
