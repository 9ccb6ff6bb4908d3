package io.connectorkit.jdbc;

import io.connectorkit.sink.PayloadCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Rows as bytes, for dead letters: exact for what columns take, text that no database would take included.
 *
 * <p>A count, then a tag and a value for each element. Values of other types are kept as their text, since a letter
 * with an approximate value is worth more than none.
 */
final class JdbcRowCodec implements PayloadCodec<Object[]> {

    private static final long serialVersionUID = 1L;

    @Override
    public byte[] encode(Object[] payload) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        writeArray(new DataOutputStream(bytes), payload);
        return bytes.toByteArray();
    }

    @Override
    public Object[] decode(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        Object[] payload = readArray(in);
        if (in.read() >= 0) {
            throw new IOException("a row of " + bytes.length + " bytes must end with its last element");
        }
        return payload;
    }

    private static void writeArray(DataOutputStream out, @Nullable Object[] elements) throws IOException {
        out.writeInt(elements.length);
        for (Object element : elements) {
            write(out, element);
        }
    }

    private static void write(DataOutputStream out, @Nullable Object value) throws IOException {
        if (value == null) {
            out.writeByte('0');
        } else if (value instanceof Boolean bool) {
            out.writeByte('b');
            out.writeBoolean(bool);
        } else if (value instanceof Integer number) {
            out.writeByte('i');
            out.writeInt(number);
        } else if (value instanceof Long number) {
            out.writeByte('l');
            out.writeLong(number);
        } else if (value instanceof Float number) {
            out.writeByte('f');
            out.writeFloat(number);
        } else if (value instanceof Double number) {
            out.writeByte('d');
            out.writeDouble(number);
        } else if (value instanceof byte[] binary) {
            out.writeByte('x');
            out.writeInt(binary.length);
            out.write(binary);
        } else if (value instanceof Object[] elements) {
            out.writeByte('a');
            writeArray(out, elements);
        } else if (value instanceof Collection<?> elements) {
            out.writeByte('a');
            writeArray(out, elements.toArray());
        } else {
            out.writeByte(tag(value));
            text(out, value.toString());
        }
    }

    private static char tag(Object value) {
        if (value instanceof BigDecimal || value instanceof BigInteger) {
            return 'n';
        } else if (value instanceof UUID) {
            return 'u';
        } else if (value instanceof Instant) {
            return 'I';
        } else if (value instanceof LocalDate) {
            return 'D';
        } else if (value instanceof LocalDateTime) {
            return 'L';
        } else if (value instanceof LocalTime) {
            return 'T';
        }
        return value instanceof OffsetDateTime ? 'O' : 's';
    }

    /** UTF-16, since text with an unpaired surrogate is one reason to be here. */
    private static void text(DataOutputStream out, String text) throws IOException {
        out.writeInt(text.length());
        out.writeChars(text);
    }

    private static Object[] readArray(DataInputStream in) throws IOException {
        Object[] elements = new Object[length(in, 1)];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = read(in);
        }
        return elements;
    }

    private static @Nullable Object read(DataInputStream in) throws IOException {
        char tag = (char) in.readByte();
        return switch (tag) {
            case '0' -> null;
            case 'b' -> in.readBoolean();
            case 'i' -> in.readInt();
            case 'l' -> in.readLong();
            case 'f' -> in.readFloat();
            case 'd' -> in.readDouble();
            case 'x' -> in.readNBytes(length(in, 1));
            case 'a' -> readArray(in);
            case 'n' -> new BigDecimal(text(in));
            case 'u' -> UUID.fromString(text(in));
            case 'I' -> Instant.parse(text(in));
            case 'D' -> LocalDate.parse(text(in));
            case 'L' -> LocalDateTime.parse(text(in));
            case 'T' -> LocalTime.parse(text(in));
            case 'O' -> OffsetDateTime.parse(text(in));
            case 's' -> text(in);
            default -> throw new IOException("a row must have known tags, got " + (int) tag);
        };
    }

    private static String text(DataInputStream in) throws IOException {
        char[] chars = new char[length(in, 2)];
        for (int i = 0; i < chars.length; i++) {
            chars[i] = in.readChar();
        }
        return new String(chars);
    }

    /** Never trusts a length beyond what is there. */
    private static int length(DataInputStream in, int width) throws IOException {
        int length = in.readInt();
        if (length < 0 || (long) length * width > in.available()) {
            throw new IOException(
                    "a row must hold what it announces, got " + length + " elements in " + in.available() + " bytes");
        }
        return length;
    }
}
