package io.connectorkit.aws.kinesis;

import io.connectorkit.aws.shard.ShardApi;
import io.connectorkit.aws.shard.ShardSource;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * A Kinesis stream as a Flink source: the records of each partition key in their order, over every split and merge of
 * the shards, packed records unpacked.
 *
 * <p>LATEST means from the first start of the job on, also over restarts: a shard that was quiet until a restart is then
 * read from a minute before the first start, since clocks differ; so records of that minute may appear, and none is
 * lost. Shards that appear later are read in full.
 */
public final class KinesisSource {

    private KinesisSource() {}

    public static <T> Source<T, ? extends SourceSplit, ?> of(
            KinesisSourceOptions options, KinesisRecordDeserializer<T> deserializer) {
        return ShardSource.of(api(options), deserializer, options.source());
    }

    static ShardApi.Factory<KinesisRecord> api(KinesisSourceOptions options) {
        return () -> options.fanOut() == null ? KinesisShardApi.open(options) : FanOutShardApi.open(options);
    }
}
