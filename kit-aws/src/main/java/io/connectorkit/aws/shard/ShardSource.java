package io.connectorkit.aws.shard;

import java.time.Clock;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.jspecify.annotations.Nullable;

/**
 * The one source for services of shards: unbounded unless its options stop it, at least once by itself and exactly once with Flink's checkpoints,
 * each shard in order and every parent before its children.
 *
 * <p>Its timestamps are the times at which the service took the records; each shard has its own watermark, so give the
 * watermark strategy an idleness where shards can be quiet.
 */
public final class ShardSource<R, T> implements Source<T, ShardSplit, EnumeratorState>, ResultTypeQueryable<T> {

    private static final long serialVersionUID = 1L;

    private final ShardApi.Factory<R> api;
    private final ShardDeserializer<R, T> deserializer;
    private final ShardSourceOptions options;
    private final ShardPlacement placement;

    /**
     * What the first listing brought. The coordinator keeps this object while it restarts a job that has no checkpoint
     * yet: so "latest" stays what it was at the first start.
     */
    private transient volatile @Nullable EnumeratorState begun;

    private ShardSource(
            ShardApi.Factory<R> api,
            ShardDeserializer<R, T> deserializer,
            ShardSourceOptions options,
            ShardPlacement placement) {
        this.api = Objects.requireNonNull(api, "api");
        this.deserializer = Objects.requireNonNull(deserializer, "deserializer");
        this.options = Objects.requireNonNull(options, "options");
        this.placement = placement;
        if (options.onGap() == OnGap.EMIT_EVENT && !deserializer.emitsGaps()) {
            throw new IllegalArgumentException("source.on-gap must be fail or continue with a deserializer that has no"
                    + " element for a gap, got emit-event; give the deserializer one, such as with withGaps(..)");
        }
    }

    public static <R, T> Source<T, ? extends SourceSplit, ?> of(
            ShardApi.Factory<R> api, ShardDeserializer<R, T> deserializer, ShardSourceOptions options) {
        return placed(api, deserializer, options, ShardPlacement.LINEAGE);
    }

    static <R, T> Source<T, ? extends SourceSplit, ?> placed(
            ShardApi.Factory<R> api,
            ShardDeserializer<R, T> deserializer,
            ShardSourceOptions options,
            ShardPlacement placement) {
        return new ShardSource<>(api, deserializer, options, placement);
    }

    @Override
    public Boundedness getBoundedness() {
        return options.stop().isBounded() ? Boundedness.BOUNDED : Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SplitEnumerator<ShardSplit, EnumeratorState> createEnumerator(SplitEnumeratorContext<ShardSplit> context) {
        return enumerator(context, begun);
    }

    @Override
    public SplitEnumerator<ShardSplit, EnumeratorState> restoreEnumerator(
            SplitEnumeratorContext<ShardSplit> context, EnumeratorState state) {
        return enumerator(context, state);
    }

    private ShardEnumerator enumerator(SplitEnumeratorContext<ShardSplit> context, @Nullable EnumeratorState state) {
        return new ShardEnumerator(
                context,
                api.open(),
                options,
                placement,
                state,
                first -> begun = first,
                Clock.systemUTC(),
                RandomGenerator.of("L64X128MixRandom"));
    }

    @Override
    public SourceReader<T, ShardSplit> createReader(SourceReaderContext context) {
        return new ShardReader<>(
                context,
                api.open(),
                deserializer,
                options,
                ShardTimer.open("shard-source-timer-" + context.getIndexOfSubtask()),
                Clock.systemUTC(),
                RandomGenerator.of("L64X128MixRandom"));
    }

    @Override
    public SimpleVersionedSerializer<ShardSplit> getSplitSerializer() {
        return new ShardSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<EnumeratorState> getEnumeratorCheckpointSerializer() {
        return new EnumeratorStateSerializer();
    }

    @Override
    public TypeInformation<T> getProducedType() {
        return deserializer.getProducedType();
    }
}
