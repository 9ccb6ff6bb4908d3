package io.connectorkit.aws.shard;

import io.connectorkit.aws.shard.ScriptedStream.Entry;

/** The contract over the source alone, with merges. */
class ScriptedShardsContractTest extends ShardSourceContract<Entry> {

    @Override
    protected ShardApi<Entry> open(ScriptedStream stream) {
        return new ScriptedShardApi(stream);
    }

    @Override
    protected String key(Entry entry) {
        return entry.key();
    }

    @Override
    protected String text(Entry entry) {
        return entry.text();
    }
}
