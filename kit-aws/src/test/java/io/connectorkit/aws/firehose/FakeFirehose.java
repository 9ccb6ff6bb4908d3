package io.connectorkit.aws.firehose;

import io.connectorkit.aws.AwsCredentials;
import io.connectorkit.aws.FakeService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.firehose.FirehoseAsyncClient;
import software.amazon.awssdk.services.firehose.model.DescribeDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.DescribeDeliveryStreamResponse;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchRequest;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponse;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponseEntry;
import software.amazon.awssdk.services.firehose.model.Record;

/** Firehose in this JVM, within its caps; refuses requests with the word poison in a record. */
final class FakeFirehose implements FirehoseAsyncClient {

    static final AwsCredentials KEYS = AwsCredentials.keys("fake", "fake");

    final FakeService service = new FakeService();
    private final Map<String, List<byte[]>> streams = new HashMap<>();

    /** Error codes for entries, by position in the request; asked once for each. */
    volatile java.util.function.IntFunction<String> entryCodes = position -> null;

    FakeFirehose(String... names) {
        for (String name : names) {
            streams.put(name, new ArrayList<>());
        }
    }

    List<byte[]> records(String stream) {
        synchronized (service) {
            return List.copyOf(streams.get(stream));
        }
    }

    @Override
    public CompletableFuture<DescribeDeliveryStreamResponse> describeDeliveryStream(
            DescribeDeliveryStreamRequest request) {
        return service.answer(() -> {
            stream(request.deliveryStreamName());
            return DescribeDeliveryStreamResponse.builder().build();
        });
    }

    private List<byte[]> stream(String name) {
        List<byte[]> stream = streams.get(name);
        if (stream == null) {
            throw FakeService.error(400, "ResourceNotFoundException", "Firehose " + name + " not found.");
        }
        return stream;
    }

    @Override
    public CompletableFuture<PutRecordBatchResponse> putRecordBatch(PutRecordBatchRequest request) {
        return service.answer(() -> {
            List<byte[]> stream = stream(request.deliveryStreamName());
            long bytes = 0;
            for (Record record : request.records()) {
                bytes += record.data().asByteArrayUnsafe().length;
                if (record.data().asUtf8String().contains("poison")) {
                    throw FakeService.error(400, "InvalidArgumentException", "no poison");
                }
            }
            if (request.records().size() > 500 || bytes > 4 << 20) {
                throw new AssertionError("a request of " + request.records().size() + " records, " + bytes + " bytes");
            }
            List<PutRecordBatchResponseEntry> entries = new ArrayList<>();
            int failed = 0;
            for (int i = 0; i < request.records().size(); i++) {
                String code = entryCodes.apply(i);
                if (code == null) {
                    stream.add(request.records().get(i).data().asByteArray());
                } else {
                    failed++;
                }
                entries.add(PutRecordBatchResponseEntry.builder()
                        .errorCode(code)
                        .errorMessage(code == null ? null : "scripted")
                        .recordId(code == null ? "id" : null)
                        .build());
            }
            return PutRecordBatchResponse.builder()
                    .failedPutCount(failed)
                    .requestResponses(entries)
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
