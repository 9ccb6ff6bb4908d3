package io.connectorkit.change;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * Writes a key as its canonical parts, each with one byte for its type; equal keys have equal bytes, as state backends
 * need.
 *
 * <p>The high bit of the type byte says that more parts follow. Numbers of types are never reused: a new type of part
 * gets a new number and old state stays readable.
 */
final class ChangeKeySerializer extends TypeSerializerSingleton<ChangeKey> {

    private static final long serialVersionUID = 1L;

    private static final int STRING = 1;
    private static final int LONG = 2;
    private static final int DECIMAL = 3;
    private static final int FALSE = 4;
    private static final int TRUE = 5;
    private static final int BYTES = 6;
    private static final int ID = 7;
    private static final int INSTANT = 8;
    private static final int DATE = 9;
    private static final int DATE_TIME = 10;
    private static final int TIME = 11;
    private static final int MORE = 0x80;

    @Override
    public void serialize(ChangeKey key, DataOutputView out) throws IOException {
        int last = key.size() - 1;
        for (int i = 0; i <= last; i++) {
            write(key.part(i), i < last ? MORE : 0, out);
        }
    }

    private static void write(Object part, int more, DataOutputView out) throws IOException {
        if (part instanceof String string) {
            out.writeByte(STRING | more);
            // Not writeUTF, which ends at 64 KiB.
            StringValue.writeString(string, out);
        } else if (part instanceof Long number) {
            out.writeByte(LONG | more);
            out.writeLong(number);
        } else if (part instanceof BigDecimal number) {
            out.writeByte(DECIMAL | more);
            out.writeInt(number.scale());
            writeBytes(number.unscaledValue().toByteArray(), out);
        } else if (part instanceof Boolean bool) {
            out.writeByte((bool ? TRUE : FALSE) | more);
        } else if (part instanceof byte[] bytes) {
            out.writeByte(BYTES | more);
            writeBytes(bytes, out);
        } else if (part instanceof UUID id) {
            out.writeByte(ID | more);
            out.writeLong(id.getMostSignificantBits());
            out.writeLong(id.getLeastSignificantBits());
        } else if (part instanceof Instant instant) {
            out.writeByte(INSTANT | more);
            out.writeLong(instant.getEpochSecond());
            out.writeInt(instant.getNano());
        } else if (part instanceof LocalDate date) {
            out.writeByte(DATE | more);
            out.writeLong(date.toEpochDay());
        } else if (part instanceof LocalDateTime time) {
            out.writeByte(DATE_TIME | more);
            out.writeLong(time.toLocalDate().toEpochDay());
            out.writeLong(time.toLocalTime().toNanoOfDay());
        } else if (part instanceof LocalTime time) {
            out.writeByte(TIME | more);
            out.writeLong(time.toNanoOfDay());
        } else {
            throw new IOException("key part of " + part.getClass().getName() + " has no state format");
        }
    }

    @Override
    public ChangeKey deserialize(DataInputView in) throws IOException {
        int type = in.readUnsignedByte();
        Object first = read(type & ~MORE, in);
        if ((type & MORE) == 0) {
            return ChangeKey.of(first);
        }
        List<Object> rest = new ArrayList<>();
        while ((type & MORE) != 0) {
            type = in.readUnsignedByte();
            rest.add(read(type & ~MORE, in));
        }
        return ChangeKey.of(first, rest.toArray());
    }

    private static Object read(int type, DataInputView in) throws IOException {
        return switch (type) {
            case STRING -> StringValue.readString(in);
            case LONG -> in.readLong();
            case DECIMAL -> {
                int scale = in.readInt();
                yield new BigDecimal(new BigInteger(readBytes(in)), scale);
            }
            case FALSE -> false;
            case TRUE -> true;
            case BYTES -> readBytes(in);
            case ID -> new UUID(in.readLong(), in.readLong());
            case INSTANT -> Instant.ofEpochSecond(in.readLong(), in.readInt());
            case DATE -> LocalDate.ofEpochDay(in.readLong());
            case DATE_TIME ->
                LocalDateTime.of(LocalDate.ofEpochDay(in.readLong()), LocalTime.ofNanoOfDay(in.readLong()));
            case TIME -> LocalTime.ofNanoOfDay(in.readLong());
            default ->
                throw new IOException("type of a key part must be between " + STRING + " and " + TIME + ", got " + type
                        + "; was this state written by a newer version of the kit?");
        };
    }

    private static void writeBytes(byte[] bytes, DataOutputView out) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] readBytes(DataInputView in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return bytes;
    }

    @Override
    public ChangeKey deserialize(ChangeKey reuse, DataInputView in) throws IOException {
        return deserialize(in);
    }

    @Override
    public void copy(DataInputView in, DataOutputView out) throws IOException {
        serialize(deserialize(in), out);
    }

    @Override
    public ChangeKey copy(ChangeKey key) {
        return key;
    }

    @Override
    public ChangeKey copy(ChangeKey key, ChangeKey reuse) {
        return key;
    }

    @Override
    public ChangeKey createInstance() {
        return ChangeKey.of(0L);
    }

    @Override
    public boolean isImmutableType() {
        return true;
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public TypeSerializerSnapshot<ChangeKey> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Names this format in a checkpoint; Flink makes it by reflection. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<ChangeKey> {
        public Snapshot() {
            super(ChangeKeySerializer::new);
        }
    }
}
