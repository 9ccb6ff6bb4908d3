package io.connectorkit.elasticsearch;

import io.connectorkit.change.Change;
import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.Outcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A batch as the body of a {@code _bulk} request: an action line for each change, followed by its document.
 *
 * <p>Documents are not copied: the body is a list of buffers, the documents' own between slices of one array that holds
 * all action lines. Changes that Elasticsearch cannot take as they are get their outcome here and are left out.
 */
final class BulkRequest {

    /** Longest {@code _id} (Elasticsearch mapping reference, _id field). */
    private static final int ID_BYTES = 512;

    /** An action line without its id: what a change costs beyond its document. */
    static final int ACTION_BYTES = 96;

    private static final byte[] INDEX = ascii("{\"index\":{\"_id\":\"");
    private static final byte[] CREATE = ascii("{\"create\":{\"_id\":\"");
    private static final byte[] DELETE = ascii("{\"delete\":{\"_id\":\"");
    private static final byte[] VERSION = ascii("\",\"version_type\":\"external_gte\",\"version\":");
    private static final byte[] END = ascii("}}\n");
    private static final byte[] QUOTE_END = ascii("\"}}\n");
    private static final byte[] HEX = ascii("0123456789abcdef");

    private final WriteMode mode;
    private final List<? extends Change<byte[]>> batch;
    private final List<ByteBuffer> buffers;
    private @Nullable Outcome @Nullable [] settled;
    private int entries;

    /** All action lines so far; those up to {@code sliced} are in {@code buffers}. */
    private byte[] lines;

    private int length;
    private int sliced;

    private BulkRequest(WriteMode mode, List<? extends Change<byte[]>> batch) {
        this.mode = mode;
        this.batch = batch;
        this.buffers = new ArrayList<>(2 * batch.size() + 1);
        this.lines = new byte[batch.size() * (ACTION_BYTES + 32)];
    }

    static BulkRequest of(WriteMode mode, List<? extends Change<byte[]>> batch) {
        BulkRequest request = new BulkRequest(mode, batch);
        for (int i = 0; i < batch.size(); i++) {
            Change<byte[]> change = batch.get(i);
            String problem = request.problemOf(change);
            if (problem == null && !request.append(change)) {
                problem = "key=" + change.key() + " must be valid Unicode: half of a surrogate pair has no UTF-8";
            }
            if (problem != null) {
                request.settle(i, Outcome.rejected(new ElasticsearchFailure(problem)));
            }
        }
        request.slice();
        return request;
    }

    /** The body; empty when no change is left to send. */
    List<ByteBuffer> buffers() {
        return buffers;
    }

    /** How many changes the body holds, and so how many items the answer must have. */
    int entries() {
        return entries;
    }

    List<? extends Change<byte[]>> batch() {
        return batch;
    }

    /** The outcome of a change that is not in the body; null for those that are. */
    @Nullable
    Outcome settled(int index) {
        return settled == null ? null : settled[index];
    }

    private void settle(int index, Outcome outcome) {
        if (settled == null) {
            settled = new Outcome[batch.size()];
        }
        settled[index] = outcome;
    }

    private @Nullable String problemOf(Change<byte[]> change) {
        if (mode == WriteMode.INSERT_ONLY && change instanceof Change.Delete) {
            return "key=" + change.key()
                    + " must not be deleted by an insert-only sink; drop withInsertOnly or the delete";
        }
        if (mode == WriteMode.NEWEST_WINS) {
            if (change.version() == null) {
                return "version of key=" + change.key() + " must not be null";
            }
            if (!change.version().isLong()) {
                return "version of key=" + change.key()
                        + " must be at most 9223372036854775807 (Elasticsearch external versions have 64 bits), got "
                        + change.version()
                        + "; derive a narrower version with Changes.withVersion, such as an update counter or a timestamp";
            }
        }
        return null;
    }

    /** Adds the change to the body; false, and nothing added, when its id has no UTF-8. */
    private boolean append(Change<byte[]> change) {
        int start = length;
        put(change instanceof Change.Delete ? DELETE : mode == WriteMode.INSERT_ONLY ? CREATE : INDEX);
        if (!putEscaped(change.key().id(ID_BYTES))) {
            length = start;
            return false;
        }
        if (mode == WriteMode.NEWEST_WINS && change.version() != null) {
            put(VERSION);
            put(ascii(Long.toString(change.version().longValue())));
            put(END);
        } else {
            put(QUOTE_END);
        }
        if (change instanceof Change.Upsert<byte[]> upsert) {
            slice();
            buffers.add(ByteBuffer.wrap(upsert.payload()));
            put('\n');
        }
        entries++;
        return true;
    }

    /** Hands the lines written since the last call to the body. */
    private void slice() {
        if (length > sliced) {
            buffers.add(ByteBuffer.wrap(lines, sliced, length - sliced));
            sliced = length;
        }
    }

    /** Writes a JSON string's content in UTF-8; false when it is not valid Unicode. */
    private boolean putEscaped(String id) {
        reserve(id.length() * 6);
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (c == '"' || c == '\\') {
                lines[length++] = '\\';
                lines[length++] = (byte) c;
            } else if (c < 0x20) {
                putUnicode(c);
            } else if (c < 0x80) {
                lines[length++] = (byte) c;
            } else if (Character.isSurrogate(c)) {
                boolean paired = Character.isHighSurrogate(c)
                        && i + 1 < id.length()
                        && Character.isLowSurrogate(id.charAt(i + 1));
                if (!paired) {
                    return false;
                }
                putUnicode(c);
                putUnicode(id.charAt(++i));
            } else {
                putUnicode(c);
            }
        }
        return true;
    }

    private void putUnicode(char c) {
        lines[length++] = '\\';
        lines[length++] = 'u';
        lines[length++] = HEX[c >> 12];
        lines[length++] = HEX[(c >> 8) & 0xF];
        lines[length++] = HEX[(c >> 4) & 0xF];
        lines[length++] = HEX[c & 0xF];
    }

    private void put(byte[] bytes) {
        reserve(bytes.length);
        System.arraycopy(bytes, 0, lines, length, bytes.length);
        length += bytes.length;
    }

    private void put(char c) {
        reserve(1);
        lines[length++] = (byte) c;
    }

    /** Makes room; buffers already handed out keep the old array, whose bytes up to {@code sliced} stay as they are. */
    private void reserve(int more) {
        if (lines.length - length < more) {
            lines = Arrays.copyOf(lines, Math.max(lines.length * 2, length + more));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
