package io.connectorkit.aws.firehose;

import io.connectorkit.aws.AppendApi;
import io.connectorkit.aws.RecordEnvelope;
import io.connectorkit.change.Change;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.firehose.FirehoseAsyncClient;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponseEntry;
import software.amazon.awssdk.services.firehose.model.Record;

/** {@code PutRecordBatch}: framed records of delivery streams. */
final class FirehoseApi implements AppendApi<FirehoseEntry> {

    private static final int LENGTH_BYTES = 4;

    private final FirehoseAsyncClient client;
    private final FirehoseSinkOptions options;

    FirehoseApi(FirehoseAsyncClient client, FirehoseSinkOptions options) {
        this.client = client;
        this.options = options;
    }

    @Override
    public String streamOf(Change<FirehoseEntry> change) {
        String named = change instanceof Change.Upsert<FirehoseEntry> upsert ? upsert.payload().stream() : null;
        String stream = named != null ? named : options.stream();
        return stream == null ? "" : stream;
    }

    @Override
    public @Nullable String problemWith(Change<FirehoseEntry> change) {
        String stream = streamOf(change);
        // The sink's own was looked at when the options were made.
        if (!stream.equals(options.stream())
                && !FirehoseSinkOptions.NAME.matcher(stream).matches()) {
            return stream.isEmpty()
                    ? "the record must name its delivery stream, for the sink has none (deletes go to the sink's own)"
                    : "delivery stream must be 1 to 64 letters, digits, '_', '-' or '.', got '" + stream + "'";
        }
        byte[] data = data(change);
        if (data == null) {
            return options.envelope() == RecordEnvelope.NONE
                    ? "a delete has no bytes to append; set an envelope, or write deletes as records of your own"
                            + " without Changes.withDeletes"
                    : null;
        }
        if (data.length == 0 && options.envelope() == RecordEnvelope.NONE) {
            return "a record must have at least 1 byte, got none";
        }
        if (options.framing() == FirehoseFraming.NEWLINE && options.envelope() == RecordEnvelope.NONE) {
            for (int i = 0; i < data.length - 1; i++) {
                if (data[i] == '\n') {
                    return "a record must hold no line feed under framing NEWLINE, got one at byte " + i
                            + "; frame by LENGTH, or write it in one line";
                }
            }
        }
        return null;
    }

    private static byte @Nullable [] data(Change<FirehoseEntry> change) {
        return change instanceof Change.Upsert<FirehoseEntry> upsert
                ? upsert.payload().data()
                : null;
    }

    @Override
    public int sizeOf(Change<FirehoseEntry> change) {
        byte[] data = data(change);
        int frame =
                switch (options.framing()) {
                    case NONE -> 0;
                    case NEWLINE -> 1;
                    case LENGTH -> LENGTH_BYTES;
                };
        return options.envelope().sizeOf(change, data == null ? 0 : data.length) + frame;
    }

    private byte[] record(Change<FirehoseEntry> change) {
        byte[] bytes = options.envelope().wrap(change, data(change));
        return switch (options.framing()) {
            case NONE -> bytes;
            case NEWLINE -> {
                if (bytes.length > 0 && bytes[bytes.length - 1] == '\n') {
                    yield bytes;
                }
                byte[] line = Arrays.copyOf(bytes, bytes.length + 1);
                line[bytes.length] = '\n';
                yield line;
            }
            case LENGTH ->
                ByteBuffer.allocate(LENGTH_BYTES + bytes.length)
                        .putInt(bytes.length)
                        .put(bytes)
                        .array();
        };
    }

    @Override
    public CompletableFuture<Reply> put(String stream, List<Change<FirehoseEntry>> changes) {
        Record[] records = new Record[changes.size()];
        for (int i = 0; i < records.length; i++) {
            records[i] = Record.builder()
                    .data(SdkBytes.fromByteArrayUnsafe(record(changes.get(i))))
                    .build();
        }
        return client.putRecordBatch(
                        request -> request.deliveryStreamName(stream).records(records))
                .thenApply(response -> {
                    List<PutRecordBatchResponseEntry> entries = response.requestResponses();
                    Integer failed = response.failedPutCount();
                    return new Reply(
                            failed == null ? 0 : failed,
                            entries.size(),
                            i -> entries.get(i).errorCode(),
                            i -> entries.get(i).errorMessage());
                });
    }

    @Override
    public void close() {
        client.close();
    }
}
