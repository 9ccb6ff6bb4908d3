package io.connectorkit.operator;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.sink.Extractor;
import java.time.Duration;
import java.util.Objects;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * A keyed filter that drops every record older than the newest seen for its key, deletes included: brings the kit's
 * version guard to any stream and any sink.
 *
 * <p>A record passes when its version is equal to or above the newest seen; equal ones pass again, so a replayed record
 * is never lost. Deletes are records like any other and their version is kept, so that a late older record does not
 * bring back what was deleted.
 *
 * <p>What a sink behind it sees: per key, versions never fall. After a failure the state goes back to the last
 * checkpoint together with the source, so an unguarded sink may step back for a moment, until the replay has passed
 * the point of the failure; then it holds the newest again. Keep a key on one path to the sink (forward, or keyed by the
 * same key): {@code rebalance()} behind this operator loses the order it made.
 *
 * <p>State is one version for each key (2 to 26 bytes; 8 more with a TTL). Metrics: {@code staleDropped},
 * {@code rejected}. Give the result a {@code uid}.
 *
 * @param <T> the stream's records
 */
public final class NewestWins<T> {

    static final String NAME = "newest-wins";

    private final RecordKeys<T> keys;
    private final Extractor<T, ChangeVersion> version;
    private final @Nullable Duration ttl;
    private final @Nullable OutputTag<T> stale;

    private NewestWins(
            RecordKeys<T> keys,
            Extractor<T, ChangeVersion> version,
            @Nullable Duration ttl,
            @Nullable OutputTag<T> stale) {
        this.keys = keys;
        this.version = Objects.requireNonNull(version, "version");
        this.ttl = ttl == null ? null : Ttl.checked(NAME + ".ttl", ttl);
        this.stale = stale;
    }

    /** Compares records of equal {@code key} by {@code version}; remembers every key for ever. */
    public static <T> NewestWins<T> of(Extractor<T, ChangeKey> key, Extractor<T, ChangeVersion> version) {
        return new NewestWins<>(new RecordKeys<>(NAME, key, null), version, null, null);
    }

    /**
     * Forgets a key when none of its records passed for {@code ttl} of wall-clock time, time in which the job was down
     * included.
     *
     * <p>The next record of a forgotten key passes, however old. So {@code ttl} must be longer than anything old can be
     * late: the source's retention (24 h for DynamoDB Streams) plus the longest outage. If it is shorter, an old record
     * that comes alone stays over the newer value, or brings back what was deleted; a replay that goes on to the newest
     * record still ends right. May be turned on or off between two runs.
     */
    public NewestWins<T> withTtl(Duration ttl) {
        return new NewestWins<>(keys, version, Objects.requireNonNull(ttl, "ttl"), stale);
    }

    /** Sends what is dropped to a side output. */
    public NewestWins<T> withStaleTo(OutputTag<T> tag) {
        return new NewestWins<>(keys, version, ttl, Objects.requireNonNull(tag, "tag"));
    }

    /** Sends records whose key or version cannot be read to a side output; without it they fail the job. */
    public NewestWins<T> withRejectsTo(OutputTag<T> tag) {
        return new NewestWins<>(keys.withRejectsTo(tag), version, ttl, stale);
    }

    /** The records of {@code stream} that are not older than one before them. */
    public SingleOutputStreamOperator<T> apply(DataStream<T> stream) {
        return keys.apply(stream).process(function(), stream.getType()).name(NAME);
    }

    RecordKeys<T> keys() {
        return keys;
    }

    NewestWinsFunction<T> function() {
        return new NewestWinsFunction<>(keys, version, ttl, stale);
    }
}
