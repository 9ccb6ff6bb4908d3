package io.connectorkit.operator;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.sink.Extractor;
import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Gives the records of each key rising versions, for sources that have none: 1, 2, 3 ... in order of arrival, counted in
 * checkpointed state. A guarded sink behind it may then retry and replay as it likes.
 *
 * <p><b>When a replay repeats the same versions:</b> the counter goes back to the checkpoint together with the source,
 * so a record gets the number it had before if the records of its key arrive in the same order again. That holds when
 * <ol>
 *   <li>the records of a key come out of one split (partition, shard lineage) of a source that replays in order,
 *   <li>they take one path from there to this operator: no {@code rebalance()}, no unordered async call, no union with
 *       another stream of the same keys,
 *   <li>checkpoints are exactly-once (at-least-once ones are refused: they count records that are replayed after them),
 *   <li>the job starts from its last checkpoint or savepoint: from empty state the count restarts at 1 and a store that
 *       already holds higher versions refuses everything until the count has caught up.
 * </ol>
 * Where 1 or 2 do not hold, versions still rise with arrival, but a replay may number two records the other way round.
 * In BATCH mode Flink sorts each key by timestamp first: that is the order of arrival then.
 *
 * <p>State is 8 bytes for each key. Metrics: {@code rejected}, {@code lateDropped}. Give the result a {@code uid}.
 *
 * @param <T> the stream's records
 * @param <R> the records with their version
 */
public final class KeyOrder<T, R> {

    static final String NAME = "key-order";

    private final RecordKeys<T> keys;
    private final Stamp<T, R> stamp;
    private final TypeInformation<R> type;
    private final @Nullable Expiry<T> expiry;

    private KeyOrder(RecordKeys<T> keys, Stamp<T, R> stamp, TypeInformation<R> type, @Nullable Expiry<T> expiry) {
        this.keys = keys;
        this.stamp = Objects.requireNonNull(stamp, "stamp");
        this.type = Objects.requireNonNull(type, "type");
        this.expiry = expiry;
    }

    /** Numbers the records of each {@code key}; remembers every key for ever. {@code type} is the type of the output. */
    public static <T, R> KeyOrder<T, R> of(Extractor<T, ChangeKey> key, Stamp<T, R> stamp, TypeInformation<R> type) {
        return new KeyOrder<>(new RecordKeys<>(NAME, key, null), stamp, type, null);
    }

    /**
     * Forgets a key one to two {@code ttl} of event time after its last record, and numbers by event time so that this
     * is never seen: a version is {@code max(last + 1, the record's timestamp in ms)}.
     *
     * <p>A counter that restarts would break the order; a clock, or forgetting at a moment that a replay does not
     * repeat, would break determinism. Here neither happens: a key is forgotten only when the watermark is {@code ttl}
     * past its last version, so every later record is above that version by its timestamp alone and gets the same
     * number whether its key is remembered or not. A record less than {@code ttl} behind the watermark is always numbered.
     * One further behind, whose key is not remembered and whose timestamp is not above all that was forgotten, cannot be
     * placed: it goes to {@code late}, unnumbered, so that nobody takes it for newer than it is.
     *
     * <p>Records must have timestamps (a watermark strategy before this operator). May be turned on or off between two
     * runs: versions go on rising.
     */
    public KeyOrder<T, R> withTtl(Duration ttl, OutputTag<T> late) {
        Objects.requireNonNull(late, "late");
        return new KeyOrder<>(
                keys, stamp, type, new Expiry<>(Ttl.checked(NAME + ".ttl", ttl).toMillis(), late));
    }

    /** Sends records that have no key, or that {@link Stamp} refuses, to a side output; without it they fail the job. */
    public KeyOrder<T, R> withRejectsTo(OutputTag<T> tag) {
        return new KeyOrder<>(keys.withRejectsTo(tag), stamp, type, expiry);
    }

    /** The records of {@code stream} with their versions. */
    public SingleOutputStreamOperator<R> apply(DataStream<T> stream) {
        keys.requireExactlyOnce(stream, "a replayed record is counted twice and overtakes the record after it");
        return keys.apply(stream).process(function(), type).name(NAME);
    }

    RecordKeys<T> keys() {
        return keys;
    }

    KeyOrderFunction<T, R> function() {
        return new KeyOrderFunction<>(keys, stamp, expiry);
    }

    /** Joins a record and its version; must depend on the two alone. A record for which it throws uses no version up. */
    @FunctionalInterface
    public interface Stamp<T, R> extends Serializable {
        R apply(T record, ChangeVersion version) throws Exception;
    }

    /** When a key is forgotten, and where records go that come later still. */
    record Expiry<T>(long ttlMillis, OutputTag<T> late) implements Serializable {}
}
