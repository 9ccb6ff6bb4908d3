package io.connectorkit.change;

import java.io.IOException;
import java.math.BigInteger;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes a version as one length byte and its big-endian magnitude without leading zeros: 2 bytes for a small counter, 7
 * for a time in milliseconds, at most 26. One format for all widths, so a source may outgrow 64 bits without migration.
 */
final class ChangeVersionSerializer extends TypeSerializerSingleton<ChangeVersion> {

    private static final long serialVersionUID = 1L;

    /** 60 decimal digits are below 2^200. */
    private static final int MAX_BYTES = 25;

    @Override
    public void serialize(ChangeVersion version, DataOutputView out) throws IOException {
        if (version.isLong()) {
            long value = version.longValue();
            int bytes = (Long.SIZE - Long.numberOfLeadingZeros(value) + Byte.SIZE - 1) / Byte.SIZE;
            out.writeByte(bytes);
            for (int shift = (bytes - 1) * Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
                out.writeByte((int) (value >>> shift));
            }
        } else {
            byte[] magnitude = version.toBigInteger().toByteArray();
            int sign = magnitude[0] == 0 ? 1 : 0;
            out.writeByte(magnitude.length - sign);
            out.write(magnitude, sign, magnitude.length - sign);
        }
    }

    @Override
    public ChangeVersion deserialize(DataInputView in) throws IOException {
        int bytes = in.readUnsignedByte();
        if (bytes > MAX_BYTES) {
            throw new IOException("length of a version must be at most " + MAX_BYTES + " bytes, got " + bytes
                    + "; was this state written by a newer version of the kit?");
        }
        if (bytes < Long.BYTES) {
            long value = 0;
            for (int i = 0; i < bytes; i++) {
                value = value << Byte.SIZE | in.readUnsignedByte();
            }
            return ChangeVersion.of(value);
        }
        byte[] magnitude = new byte[bytes];
        in.readFully(magnitude);
        return ChangeVersion.of(new BigInteger(1, magnitude).toString());
    }

    @Override
    public ChangeVersion deserialize(ChangeVersion reuse, DataInputView in) throws IOException {
        return deserialize(in);
    }

    @Override
    public void copy(DataInputView in, DataOutputView out) throws IOException {
        // Not out.write(in, length): Flink's growing buffer does not grow there.
        byte[] magnitude = new byte[in.readUnsignedByte()];
        in.readFully(magnitude);
        out.writeByte(magnitude.length);
        out.write(magnitude);
    }

    @Override
    public ChangeVersion copy(ChangeVersion version) {
        return version;
    }

    @Override
    public ChangeVersion copy(ChangeVersion version, ChangeVersion reuse) {
        return version;
    }

    @Override
    public ChangeVersion createInstance() {
        return ChangeVersion.of(0);
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
    public TypeSerializerSnapshot<ChangeVersion> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Names this format in a checkpoint; Flink makes it by reflection. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<ChangeVersion> {
        public Snapshot() {
            super(ChangeVersionSerializer::new);
        }
    }
}
