package io.connectorkit.aws.firehose;

import io.connectorkit.sink.PayloadCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Entries in dead letters: the name of their stream, where they have one, a line feed, and their data as it is. */
record FirehoseEntryCodec() implements PayloadCodec<FirehoseEntry> {

    private static final long serialVersionUID = 1L;

    @Override
    public byte[] encode(FirehoseEntry entry) {
        byte[] stream = (entry.stream() == null ? "\n" : entry.stream() + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] bytes = Arrays.copyOf(stream, stream.length + entry.data().length);
        System.arraycopy(entry.data(), 0, bytes, stream.length, entry.data().length);
        return bytes;
    }

    @Override
    public FirehoseEntry decode(byte[] bytes) throws IOException {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                FirehoseEntry entry = FirehoseEntry.of(Arrays.copyOfRange(bytes, i + 1, bytes.length));
                return i == 0 ? entry : entry.withStream(new String(bytes, 0, i, StandardCharsets.UTF_8));
            }
        }
        throw new IOException("not a dead letter of a Firehose sink (" + bytes.length + " bytes)");
    }
}
