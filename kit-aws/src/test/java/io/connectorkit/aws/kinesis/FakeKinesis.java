package io.connectorkit.aws.kinesis;

import io.connectorkit.aws.AwsCredentials;
import io.connectorkit.aws.FakeService;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/** Kinesis in this JVM, streams of one shard, within its caps; refuses requests with the word poison in a record. */
final class FakeKinesis implements KinesisAsyncClient {

    static final AwsCredentials KEYS = AwsCredentials.keys("fake", "fake");

    final FakeService service = new FakeService();
    private final Map<String, List<PutRecordsRequestEntry>> streams = new HashMap<>();

    /** Error codes for entries, by position in the request; asked once for each. */
    volatile IntFunction<String> entryCodes = position -> null;

    FakeKinesis(String... names) {
        for (String name : names) {
            streams.put(name, new ArrayList<>());
        }
    }

    /** What was put, as it was put. */
    List<PutRecordsRequestEntry> puts(String stream) {
        synchronized (service) {
            return List.copyOf(streams.get(stream));
        }
    }

    /** The records of the stream, unpacked. */
    List<byte[]> records(String stream) {
        List<byte[]> records = new ArrayList<>();
        for (PutRecordsRequestEntry put : puts(stream)) {
            records.addAll(unpacked(put.data().asByteArray()));
        }
        return records;
    }

    static List<byte[]> unpacked(byte[] data) {
        List<KplDecoder.Entry> packed = KplDecoder.decode(data);
        return packed == null
                ? List.of(data)
                : packed.stream().map(entry -> entry.data().asByteArray()).toList();
    }

    @Override
    public CompletableFuture<DescribeStreamSummaryResponse> describeStreamSummary(
            DescribeStreamSummaryRequest request) {
        return service.answer(() -> {
            stream(request.streamName() == null ? request.streamARN() : request.streamName());
            return DescribeStreamSummaryResponse.builder().build();
        });
    }

    private List<PutRecordsRequestEntry> stream(String name) {
        List<PutRecordsRequestEntry> stream = streams.get(name);
        if (stream == null) {
            throw FakeService.error(400, "ResourceNotFoundException", "Stream " + name + " under account 1 not found.");
        }
        return stream;
    }

    @Override
    public CompletableFuture<PutRecordsResponse> putRecords(PutRecordsRequest request) {
        return service.answer(() -> {
            List<PutRecordsRequestEntry> stream =
                    stream(request.streamName() == null ? request.streamARN() : request.streamName());
            long bytes = 0;
            for (PutRecordsRequestEntry record : request.records()) {
                bytes += record.data().asByteArrayUnsafe().length;
                if (new String(record.data().asByteArrayUnsafe(), StandardCharsets.UTF_8).contains("poison")) {
                    throw FakeService.error(400, "ValidationException", "no poison");
                }
            }
            if (request.records().size() > 500 || bytes > 10 << 20) {
                throw new AssertionError("a request of " + request.records().size() + " records, " + bytes + " bytes");
            }
            List<PutRecordsResultEntry> entries = new ArrayList<>();
            int failed = 0;
            for (int i = 0; i < request.records().size(); i++) {
                String code = entryCodes.apply(i);
                if (code == null) {
                    stream.add(request.records().get(i));
                } else {
                    failed++;
                }
                entries.add(PutRecordsResultEntry.builder()
                        .errorCode(code)
                        .errorMessage(code == null ? null : "scripted")
                        .sequenceNumber(code == null ? Integer.toString(stream.size()) : null)
                        .build());
            }
            return PutRecordsResponse.builder()
                    .failedRecordCount(failed)
                    .records(entries)
                    .build();
        });
    }

    void stop() {
        service.close();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
