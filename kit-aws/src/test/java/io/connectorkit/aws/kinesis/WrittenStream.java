package io.connectorkit.aws.kinesis;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.AwsServers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** A stream of its own that a sink writes to, and what is in it; on any emulator. */
final class WrittenStream implements AutoCloseable {

    private static final AtomicInteger NEXT = new AtomicInteger();

    final String name;
    final AwsOptions aws;
    final KinesisAsyncClient client;

    private WrittenStream(String name, AwsOptions aws, KinesisAsyncClient client) {
        this.name = name;
        this.aws = aws;
        this.client = client;
    }

    static WrittenStream create(AwsOptions aws, int shards) {
        KinesisAsyncClient client = aws.build(KinesisAsyncClient.builder());
        String name = "written-" + NEXT.incrementAndGet() + "-"
                + ProcessHandle.current().pid();
        client.createStream(create -> create.streamName(name).shardCount(shards))
                .join();
        // moto's streams are active at once, and the SDK cannot read its description of one.
        Awaitility.await()
                .until(() -> AwsServers.elsewhere()
                        || client.describeStreamSummary(describe -> describe.streamName(name))
                                        .join()
                                        .streamDescriptionSummary()
                                        .streamStatus()
                                == StreamStatus.ACTIVE);
        return new WrittenStream(name, aws, client);
    }

    List<Shard> shards() {
        return client.listShards(list -> list.streamName(name)).join().shards();
    }

    /** The records of each shard in turn, each shard's in its order. */
    List<Record> records() {
        List<Record> records = new ArrayList<>();
        for (Shard shard : shards()) {
            records.addAll(records(shard.shardId()));
        }
        return records;
    }

    List<Record> records(String shard) {
        List<Record> records = new ArrayList<>();
        String iterator = client.getShardIterator(
                        get -> get.streamName(name).shardId(shard).shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                .join()
                .shardIterator();
        while (true) {
            String at = iterator;
            GetRecordsResponse page =
                    client.getRecords(get -> get.shardIterator(at)).join();
            if (page.records().isEmpty()) {
                return records;
            }
            records.addAll(page.records());
            iterator = page.nextShardIterator();
        }
    }

    /** The data of all records, aggregates taken apart. */
    List<byte[]> unpacked() {
        List<byte[]> data = new ArrayList<>();
        records()
                .forEach(
                        record -> data.addAll(FakeKinesis.unpacked(record.data().asByteArray())));
        return data;
    }

    @Override
    public void close() {
        client.deleteStream(delete -> delete.streamName(name)).join();
        client.close();
    }
}
