package io.connectorkit.aws.shard;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * Stream (presence byte first), start, from version 3 on the time of the last listing, number of shards, then id, parents, state by number and (when waiting) the split
 * of each, from version 2 on also whether it is part of a snapshot.
 */
final class EnumeratorStateSerializer implements SimpleVersionedSerializer<EnumeratorState> {

    private static final ShardGraph.State[] STATES = {
        ShardGraph.State.WAITING, ShardGraph.State.READING, ShardGraph.State.ENDED
    };

    @Override
    public int getVersion() {
        return ShardSplitSerializer.VERSION;
    }

    @Override
    public byte[] serialize(EnumeratorState state) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(256);
        out.writeBoolean(state.stream() != null);
        if (state.stream() != null) {
            out.writeUTF(state.stream());
        }
        out.writeLong(state.startMillis());
        out.writeLong(state.listedMillis());
        out.writeInt(state.shards().size());
        for (ShardGraph.Kept shard : state.shards()) {
            out.writeUTF(shard.id());
            out.writeByte(shard.parents().size());
            for (String parent : shard.parents()) {
                out.writeUTF(parent);
            }
            out.writeByte(List.of(STATES).indexOf(shard.state()));
            out.writeBoolean(shard.part());
            out.writeBoolean(shard.start() != null);
            if (shard.start() != null) {
                ShardSplitSerializer.write(shard.start(), out);
            }
        }
        return out.getCopyOfBuffer();
    }

    @Override
    public EnumeratorState deserialize(int version, byte[] bytes) throws IOException {
        ShardSplitSerializer.checkVersion(version);
        DataInputDeserializer in = new DataInputDeserializer(bytes);
        String stream = in.readBoolean() ? in.readUTF() : null;
        long startMillis = in.readLong();
        long listedMillis = version > 2 ? in.readLong() : 0;
        int size = in.readInt();
        List<ShardGraph.Kept> shards = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            String id = in.readUTF();
            int parents = in.readByte();
            List<String> parentIds = new ArrayList<>(parents);
            for (int p = 0; p < parents; p++) {
                parentIds.add(in.readUTF());
            }
            ShardGraph.State state = STATES[in.readByte()];
            boolean part = version > 1 && in.readBoolean();
            ShardSplit start = in.readBoolean() ? ShardSplitSerializer.read(in, version) : null;
            shards.add(new ShardGraph.Kept(id, parentIds, part, state, start));
        }
        return new EnumeratorState(stream, startMillis, listedMillis, shards);
    }
}
