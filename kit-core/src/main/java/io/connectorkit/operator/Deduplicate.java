package io.connectorkit.operator;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.sink.Extractor;
import java.time.Duration;
import java.util.Objects;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * A keyed filter that lets the first record of each id pass and drops its repeats: turns an at-least-once log (Kinesis,
 * Firehose) back into one record for each id.
 *
 * <p>The first is the first to arrive: records of one id are taken to be the same record. Where later ones carry newer
 * content, use {@link NewestWins}.
 *
 * <p>Needs exactly-once checkpoints and refuses at-least-once ones: there, an id can be in the checkpoint while its
 * record is not yet behind it, and the replay would be dropped as a repeat.
 *
 * <p>State is the id and 9 bytes for each id seen within the TTL. Metrics: {@code duplicatesDropped}, {@code rejected}.
 * Give the result a {@code uid}.
 *
 * @param <T> the stream's records
 */
public final class Deduplicate<T> {

    static final String NAME = "deduplicate";

    private final RecordKeys<T> keys;
    private final Duration ttl;
    private final @Nullable OutputTag<T> duplicates;

    private Deduplicate(RecordKeys<T> keys, Duration ttl, @Nullable OutputTag<T> duplicates) {
        this.keys = keys;
        this.ttl = Ttl.checked(NAME + ".ttl", ttl);
        this.duplicates = duplicates;
    }

    /**
     * Drops records whose {@code id} passed less than {@code ttl} ago: wall-clock time, time in which the job was down
     * included; a repeat does not renew it.
     *
     * <p>An id is a {@link ChangeKey}, or a value that can be a part of one (string, number, UUID, byte[] ...). A
     * {@code ttl} shorter than the time between a record and its last repeat lets that repeat pass.
     */
    public static <T> Deduplicate<T> of(Extractor<T, ?> id, Duration ttl) {
        return new Deduplicate<>(new RecordKeys<>(NAME, id, null), Objects.requireNonNull(ttl, "ttl"), null);
    }

    /** Sends what is dropped to a side output. */
    public Deduplicate<T> withDuplicatesTo(OutputTag<T> tag) {
        return new Deduplicate<>(keys, ttl, Objects.requireNonNull(tag, "tag"));
    }

    /** Sends records whose id cannot be read to a side output; without it they fail the job. */
    public Deduplicate<T> withRejectsTo(OutputTag<T> tag) {
        return new Deduplicate<>(keys.withRejectsTo(tag), ttl, duplicates);
    }

    /** The records of {@code stream} without repeats. */
    public SingleOutputStreamOperator<T> apply(DataStream<T> stream) {
        keys.requireExactlyOnce(stream, "a record in flight during a checkpoint is lost at the next failure");
        return keys.apply(stream).process(function(), stream.getType()).name(NAME);
    }

    RecordKeys<T> keys() {
        return keys;
    }

    DeduplicateFunction<T> function() {
        return new DeduplicateFunction<>(keys, ttl, duplicates);
    }
}
