package io.connectorkit.aws.kinesis;

import io.connectorkit.aws.AppendApi;
import io.connectorkit.aws.JsonText;
import io.connectorkit.aws.RecordEnvelope;
import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.sink.Join;
import java.io.Serializable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/** {@code PutRecords}: records with their partition keys, several of one key in one where they may be aggregated. */
final class KinesisSinkApi implements AppendApi<KinesisSinkRun> {

    /** Characters of a partition key (PutRecords). */
    private static final int KEY_CHARS = 256;

    private final KinesisAsyncClient client;
    private final Layout layout;

    KinesisSinkApi(KinesisAsyncClient client, KinesisSinkOptions options, int subtask) {
        this.client = client;
        this.layout = Layout.of(options, subtask);
    }

    /**
     * How changes become records.
     *
     * @param fixedKey partition key of the records that name none; null for the text of their keys
     */
    record Layout(KinesisSinkOptions options, @Nullable String fixedKey) implements Serializable {

        private static final long serialVersionUID = 1L;

        private static final BigInteger HASH_KEYS = BigInteger.ONE.shiftLeft(128);
        private static final Pattern DECIMAL = Pattern.compile("0|[1-9][0-9]{0,38}");

        static Layout of(KinesisSinkOptions options, int subtask) {
            return new Layout(
                    options, options.partitioning() == KinesisPartitioning.SUBTASK ? Integer.toString(subtask) : null);
        }

        String stream(Change<KinesisSinkRun> single) {
            KinesisEntry entry = KinesisSinkRun.entry(single);
            String stream = entry != null && entry.stream() != null ? entry.stream() : options.stream();
            return stream == null ? "" : stream;
        }

        String partitionKey(Change<KinesisSinkRun> single) {
            KinesisEntry entry = KinesisSinkRun.entry(single);
            if (entry != null && entry.partitionKey() != null) {
                return entry.partitionKey();
            }
            return fixedKey != null ? fixedKey : textOf(single.key());
        }

        /** A string stands for itself: quotes would only be needed to tell it from a number. */
        private static String textOf(ChangeKey key) {
            return key.size() == 1
                            && key.part(0) instanceof String text
                            && !text.isEmpty()
                            && text.codePointCount(0, text.length()) <= KEY_CHARS
                    ? text
                    : key.id(KEY_CHARS);
        }

        static @Nullable String hashKey(Change<KinesisSinkRun> single) {
            KinesisEntry entry = KinesisSinkRun.entry(single);
            return entry == null ? null : entry.explicitHashKey();
        }

        byte[] data(Change<KinesisSinkRun> single) {
            KinesisEntry entry = KinesisSinkRun.entry(single);
            return options.envelope().wrap(single, entry == null ? null : entry.data());
        }

        int sizeOf(Change<KinesisSinkRun> single) {
            KinesisEntry entry = KinesisSinkRun.entry(single);
            int data = options.envelope().sizeOf(single, entry == null ? 0 : entry.data().length);
            return data + JsonText.utf8Bytes(partitionKey(single));
        }

        @Nullable
        String problemWith(Change<KinesisSinkRun> single) {
            String stream = stream(single);
            // The sink's own was looked at when the options were made.
            if (!stream.equals(options.stream())
                    && !KinesisSinkOptions.STREAM.matcher(stream).matches()) {
                return stream.isEmpty()
                        ? "the record must name its stream, for the sink has none (deletes go to the sink's own)"
                        : "stream must be 1 to 128 letters, digits, '_', '-' or '.', or an ARN, got '" + stream + "'";
            }
            String key = partitionKey(single);
            int chars = key.codePointCount(0, key.length());
            if (chars < 1 || chars > KEY_CHARS) {
                return "partition key must be 1 to " + KEY_CHARS + " characters (Kinesis PutRecords), got " + chars;
            }
            String hashKey = hashKey(single);
            if (hashKey != null && !isHashKey(hashKey)) {
                return "explicit hash key must be a decimal number from 0 to 2^128-1 (Kinesis PutRecords), got '"
                        + hashKey + "'";
            }
            if (KinesisSinkRun.entry(single) == null && options.envelope() == RecordEnvelope.NONE) {
                return "a delete has no bytes to append; set an envelope, or write deletes as records of your own"
                        + " without Changes.withDeletes";
            }
            return null;
        }

        private static boolean isHashKey(String text) {
            return DECIMAL.matcher(text).matches() && new BigInteger(text).compareTo(HASH_KEYS) < 0;
        }

        /** Joins what goes to the same shard for the same reason, up to the bound; null without aggregation. */
        @Nullable
        Join<KinesisSinkRun> join(long recordBytes) {
            if (options.aggregation() == null) {
                return null;
            }
            long most = Math.min(options.aggregation().getBytes(), recordBytes);
            return (first, next) -> {
                if (!mayTravel(first)
                        || !mayTravel(next)
                        || !sameShard(KinesisSinkRun.head(first), KinesisSinkRun.head(next))) {
                    return null;
                }
                int bytes = KinesisAggregate.FRAME_BYTES + bytesInFrame(first) + bytesInFrame(next);
                int count = KinesisSinkRun.count(first) + KinesisSinkRun.count(next);
                return bytes > most || count > KinesisAggregate.MOST_RECORDS
                        ? null
                        : new Change.Upsert<>(next.key(), next.version(), KinesisSinkRun.of(first, next, bytes));
            };
        }

        private boolean mayTravel(Change<KinesisSinkRun> change) {
            return KinesisSinkRun.isJoined(change) || problemWith(change) == null;
        }

        private int bytesInFrame(Change<KinesisSinkRun> change) {
            return KinesisSinkRun.isJoined(change)
                    ? KinesisSinkRun.bytes(change) - KinesisAggregate.FRAME_BYTES
                    : KinesisAggregate.RECORD_BYTES + sizeOf(change);
        }

        private boolean sameShard(Change<KinesisSinkRun> one, Change<KinesisSinkRun> other) {
            return partitionKey(one).equals(partitionKey(other))
                    && Objects.equals(hashKey(one), hashKey(other))
                    && stream(one).equals(stream(other));
        }
    }

    @Override
    public String streamOf(Change<KinesisSinkRun> change) {
        return layout.stream(KinesisSinkRun.head(change));
    }

    @Override
    public int sizeOf(Change<KinesisSinkRun> change) {
        return layout.sizeOf(change);
    }

    @Override
    public @Nullable String problemWith(Change<KinesisSinkRun> change) {
        // What was joined has been looked at.
        return KinesisSinkRun.isJoined(change) ? null : layout.problemWith(change);
    }

    @Override
    public CompletableFuture<Reply> put(String stream, List<Change<KinesisSinkRun>> changes) {
        PutRecordsRequestEntry[] records = new PutRecordsRequestEntry[changes.size()];
        for (int i = 0; i < records.length; i++) {
            records[i] = record(changes.get(i));
        }
        return client.putRecords(request -> {
                    request.records(records);
                    if (stream.startsWith("arn:")) {
                        request.streamARN(stream);
                    } else {
                        request.streamName(stream);
                    }
                })
                .thenApply(response -> {
                    List<PutRecordsResultEntry> entries = response.records();
                    Integer failed = response.failedRecordCount();
                    return new Reply(
                            failed == null ? entries.size() : failed,
                            entries.size(),
                            i -> entries.get(i).errorCode(),
                            i -> entries.get(i).errorMessage());
                });
    }

    private PutRecordsRequestEntry record(Change<KinesisSinkRun> change) {
        Change<KinesisSinkRun> head = KinesisSinkRun.head(change);
        String partitionKey = layout.partitionKey(head);
        String hashKey = Layout.hashKey(head);
        byte[] data;
        if (KinesisSinkRun.isJoined(change)) {
            List<byte[]> parts = new ArrayList<>();
            for (Change<KinesisSinkRun> single : KinesisSinkRun.singles(change)) {
                parts.add(layout.data(single));
            }
            data = KinesisAggregate.of(partitionKey, hashKey, parts);
        } else {
            data = layout.data(change);
        }
        return PutRecordsRequestEntry.builder()
                .partitionKey(partitionKey)
                .explicitHashKey(hashKey)
                .data(SdkBytes.fromByteArrayUnsafe(data))
                .build();
    }

    @Override
    public void close() {
        client.close();
    }
}
