package io.connectorkit.aws.kinesis;

import io.connectorkit.change.Change;
import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The payload on the way to a stream: one entry, or consecutive changes of a key that travel together. Joining takes
 * constant time.
 */
final class KinesisSinkRun {

    private final @Nullable KinesisEntry entry;
    private final @Nullable Change<KinesisSinkRun> head;
    private final @Nullable Change<KinesisSinkRun> before;
    private final @Nullable Change<KinesisSinkRun> after;
    private final int count;
    private final int bytes;

    private KinesisSinkRun(
            @Nullable KinesisEntry entry,
            @Nullable Change<KinesisSinkRun> head,
            @Nullable Change<KinesisSinkRun> before,
            @Nullable Change<KinesisSinkRun> after,
            int count,
            int bytes) {
        this.entry = entry;
        this.head = head;
        this.before = before;
        this.after = after;
        this.count = count;
        this.bytes = bytes;
    }

    static KinesisSinkRun of(KinesisEntry entry) {
        return new KinesisSinkRun(entry, null, null, null, 1, entry.data().length);
    }

    /** {@code bytes} is the length of both. */
    static KinesisSinkRun of(Change<KinesisSinkRun> before, Change<KinesisSinkRun> after, int bytes) {
        return new KinesisSinkRun(null, head(before), before, after, count(before) + count(after), bytes);
    }

    /** How many changes travel together. */
    static int count(Change<KinesisSinkRun> change) {
        return change instanceof Change.Upsert<KinesisSinkRun> upsert ? upsert.payload().count : 1;
    }

    /** Length of a joined run; 0 for a delete. */
    static int bytes(Change<KinesisSinkRun> change) {
        return change instanceof Change.Upsert<KinesisSinkRun> upsert ? upsert.payload().bytes : 0;
    }

    /** The first of the changes that travel together. */
    static Change<KinesisSinkRun> head(Change<KinesisSinkRun> change) {
        return change instanceof Change.Upsert<KinesisSinkRun> upsert && upsert.payload().head != null
                ? upsert.payload().head
                : change;
    }

    static boolean isJoined(Change<KinesisSinkRun> change) {
        return change instanceof Change.Upsert<KinesisSinkRun> upsert && upsert.payload().after != null;
    }

    /** Null when several travel together. */
    @Nullable
    KinesisEntry entry() {
        return entry;
    }

    /** The changes that travel together in their order; none for a single entry. */
    List<Change<KinesisSinkRun>> singles() {
        return before == null || after == null
                ? List.of()
                : Stream.concat(singles(before).stream(), singles(after).stream())
                        .toList();
    }

    /** The entry of a single change; null for a delete and for a run. */
    static @Nullable KinesisEntry entry(Change<KinesisSinkRun> change) {
        return change instanceof Change.Upsert<KinesisSinkRun> upsert ? upsert.payload().entry : null;
    }

    /** The single changes of a run in their order; the change itself when it is single. */
    static List<Change<KinesisSinkRun>> singles(Change<KinesisSinkRun> change) {
        ArrayDeque<Change<KinesisSinkRun>> singles = new ArrayDeque<>();
        ArrayDeque<Change<KinesisSinkRun>> rest = new ArrayDeque<>(List.of(change));
        // From the last one back: what is joined stands for two.
        while (!rest.isEmpty()) {
            Change<KinesisSinkRun> last = rest.removeLast();
            if (last instanceof Change.Upsert<KinesisSinkRun> upsert
                    && upsert.payload().before != null
                    && upsert.payload().after != null) {
                rest.addLast(upsert.payload().before);
                rest.addLast(upsert.payload().after);
            } else {
                singles.addFirst(last);
            }
        }
        return List.copyOf(singles);
    }
}
