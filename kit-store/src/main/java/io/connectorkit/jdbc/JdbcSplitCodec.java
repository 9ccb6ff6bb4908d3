package io.connectorkit.jdbc;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.jspecify.annotations.Nullable;

/** Splits, and lists of splits, as bytes. */
final class JdbcSplitCodec implements SimpleVersionedSerializer<JdbcSplit> {

    private static final int VERSION = 1;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(JdbcSplit split) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        write(new DataOutputStream(bytes), split);
        return bytes.toByteArray();
    }

    @Override
    public JdbcSplit deserialize(int version, byte[] bytes) throws IOException {
        check(version);
        return read(new DataInputStream(new ByteArrayInputStream(bytes)));
    }

    private static void check(int version) throws IOException {
        if (version != VERSION) {
            throw new IOException("state of a JDBC source must be of version " + VERSION + ", got " + version);
        }
    }

    private static void write(DataOutputStream out, JdbcSplit split) throws IOException {
        out.writeInt(split.number());
        out.writeUTF(split.rows().name());
        write(out, split.from());
        write(out, split.to());
        write(out, split.last());
        out.writeLong(split.skip());
    }

    private static void write(DataOutputStream out, @Nullable BigDecimal value) throws IOException {
        out.writeUTF(value == null ? "" : value.toString());
    }

    private static JdbcSplit read(DataInputStream in) throws IOException {
        return new JdbcSplit(
                in.readInt(),
                JdbcSplit.Rows.valueOf(in.readUTF()),
                readValue(in),
                readValue(in),
                readValue(in),
                in.readLong());
    }

    private static @Nullable BigDecimal readValue(DataInputStream in) throws IOException {
        String text = in.readUTF();
        return text.isEmpty() ? null : new BigDecimal(text);
    }

    /**
     * What the enumerator has not handed out.
     *
     * @param splits waiting for a reader; null before the table was divided
     */
    record Pending(@Nullable List<JdbcSplit> splits) {

        static final SimpleVersionedSerializer<Pending> CODEC = new SimpleVersionedSerializer<>() {
            @Override
            public int getVersion() {
                return VERSION;
            }

            @Override
            public byte[] serialize(Pending pending) throws IOException {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                DataOutputStream out = new DataOutputStream(bytes);
                List<JdbcSplit> splits = pending.splits();
                out.writeInt(splits == null ? -1 : splits.size());
                if (splits != null) {
                    for (JdbcSplit split : splits) {
                        write(out, split);
                    }
                }
                return bytes.toByteArray();
            }

            @Override
            public Pending deserialize(int version, byte[] bytes) throws IOException {
                check(version);
                DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
                int count = in.readInt();
                if (count < 0) {
                    return new Pending(null);
                }
                List<JdbcSplit> splits = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    splits.add(read(in));
                }
                return new Pending(splits);
            }
        };
    }
}
