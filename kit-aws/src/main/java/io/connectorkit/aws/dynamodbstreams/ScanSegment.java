package io.connectorkit.aws.dynamodbstreams;

import io.connectorkit.aws.shard.Shard;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A segment of a table's scan, read like a closed shard. Its id says all of it, so that a restored one keeps its meaning
 * when the options have changed.
 *
 * @param startMillis when the scan began: the time of its rows
 */
record ScanSegment(int number, int of, long startMillis) {

    private static final Pattern ID = Pattern.compile("snapshot-([0-9]+)-of-([0-9]+)-at-([0-9]+)");

    static List<Shard> all(int segments, long startMillis) {
        return IntStream.range(0, segments)
                .mapToObj(number -> new Shard(new ScanSegment(number, segments, startMillis).id(), List.of(), true))
                .toList();
    }

    /** Null for a shard of the stream. */
    static @Nullable ScanSegment parse(String shardId) {
        if (!shardId.startsWith("snapshot-")) {
            return null;
        }
        Matcher matcher = ID.matcher(shardId);
        return matcher.matches()
                ? new ScanSegment(
                        Integer.parseInt(matcher.group(1)),
                        Integer.parseInt(matcher.group(2)),
                        Long.parseLong(matcher.group(3)))
                : null;
    }

    String id() {
        return "snapshot-" + number + "-of-" + of + "-at-" + startMillis;
    }
}
