package io.connectorkit.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

class KinesisLocalIT {

    private static final String MIDDLE = "170141183460469231731687303715884105728";

    @Test
    void keepsRecordsAndTellsTheChildrenOfASplitShard() {
        try (KinesisLocal server = KinesisLocal.start();
                KinesisAsyncClient client = server.client()) {
            String arn = server.createStream("orders", 1);
            client.putRecord(put -> put.streamARN(arn).partitionKey("k").data(SdkBytes.fromUtf8String("v")))
                    .join();
            String parent = shards(client, arn).get(0).shardId();
            server.splitShard("orders", parent, MIDDLE);

            List<Shard> shards = shards(client, arn);
            assertThat(shards).extracting(Shard::parentShardId).containsExactly(null, parent, parent);
            GetRecordsResponse last = read(client, arn, parent);
            assertThat(last.childShards()).hasSize(2);
        }
    }

    private static List<Shard> shards(KinesisAsyncClient client, String arn) {
        return client.listShards(list -> list.streamARN(arn)).join().shards();
    }

    private static GetRecordsResponse read(KinesisAsyncClient client, String arn, String shardId) {
        String iterator = client.getShardIterator(
                        get -> get.streamARN(arn).shardId(shardId).shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                .join()
                .shardIterator();
        List<Record> records = new ArrayList<>();
        while (true) {
            String next = iterator;
            GetRecordsResponse page =
                    client.getRecords(get -> get.shardIterator(next)).join();
            records.addAll(page.records());
            iterator = page.nextShardIterator();
            if (iterator == null) {
                assertThat(records).extracting(r -> r.data().asUtf8String()).containsExactly("v");
                return page;
            }
        }
    }
}
