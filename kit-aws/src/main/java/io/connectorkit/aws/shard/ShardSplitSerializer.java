package io.connectorkit.aws.shard;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Versions 2 and 3: stream, shard, kind by number, sequence number, time, dropBefore (presence byte first), ended, stopAt,
 * readUpTo. Version 1 ends before stopAt.
 */
final class ShardSplitSerializer implements SimpleVersionedSerializer<ShardSplit> {

    static final int VERSION = 3;

    /** Numbers of the kinds as written: never reordered. */
    private static final ShardPosition.Kind[] KINDS = {
        ShardPosition.Kind.OLDEST,
        ShardPosition.Kind.TRIM_HORIZON,
        ShardPosition.Kind.LATEST,
        ShardPosition.Kind.SINCE,
        ShardPosition.Kind.AFTER
    };

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(ShardSplit split) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(160);
        write(split, out);
        return out.getCopyOfBuffer();
    }

    @Override
    public ShardSplit deserialize(int version, byte[] bytes) throws IOException {
        checkVersion(version);
        return read(new DataInputDeserializer(bytes), version);
    }

    static void checkVersion(int version) throws IOException {
        if (version < 1 || version > VERSION) {
            throw new IOException("state of the shard source must have version 1 to " + VERSION + ", got " + version
                    + "; it was written by a newer kit");
        }
    }

    static void write(ShardSplit split, DataOutput out) throws IOException {
        out.writeUTF(split.stream());
        out.writeUTF(split.shardId());
        ShardPosition position = split.position();
        out.writeByte(number(position.kind()));
        writeNullable(position.sequenceNumber(), out);
        writeNullable(position.time(), out);
        writeNullable(split.dropBefore(), out);
        out.writeBoolean(split.ended());
        writeNullable(split.stopAt(), out);
        writeNullable(split.readUpTo(), out);
    }

    static ShardSplit read(DataInput in, int version) throws IOException {
        String stream = in.readUTF();
        String shardId = in.readUTF();
        int number = in.readByte();
        if (number < 0 || number >= KINDS.length) {
            throw new IOException("state of shard '" + shardId + "' names position kind " + number);
        }
        String sequenceNumber = in.readBoolean() ? in.readUTF() : null;
        ShardPosition position = new ShardPosition(KINDS[number], sequenceNumber, readInstant(in));
        Instant dropBefore = readInstant(in);
        boolean ended = in.readBoolean();
        boolean one = version == 1;
        Instant stopAt = one ? null : readInstant(in);
        Instant readUpTo = one ? null : readInstant(in);
        return new ShardSplit(stream, shardId, position, dropBefore, stopAt, readUpTo, ended);
    }

    private static int number(ShardPosition.Kind kind) {
        for (int i = 0; i < KINDS.length; i++) {
            if (KINDS[i] == kind) {
                return i;
            }
        }
        throw new IllegalStateException("no number for " + kind);
    }

    private static void writeNullable(@Nullable String text, DataOutput out) throws IOException {
        out.writeBoolean(text != null);
        if (text != null) {
            out.writeUTF(text);
        }
    }

    private static void writeNullable(@Nullable Instant time, DataOutput out) throws IOException {
        out.writeBoolean(time != null);
        if (time != null) {
            out.writeLong(time.getEpochSecond());
            out.writeInt(time.getNano());
        }
    }

    private static @Nullable Instant readInstant(DataInput in) throws IOException {
        return in.readBoolean() ? Instant.ofEpochSecond(in.readLong(), in.readInt()) : null;
    }
}
