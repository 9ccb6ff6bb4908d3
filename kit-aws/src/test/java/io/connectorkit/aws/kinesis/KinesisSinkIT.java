package io.connectorkit.aws.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.AwsServers;
import io.connectorkit.aws.KinesisLocal;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.sink.Changes;
import io.connectorkit.tck.SinkHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.services.kinesis.model.Record;

/** The sink as a user builds it, on a real stream. */
@ExtendWith(AwsServers.Shared.class)
class KinesisSinkIT {

    private final AwsServers servers;

    KinesisSinkIT(AwsServers servers) {
        this.servers = servers;
    }

    private static SinkHarness<KinesisEntry> open(WrittenStream stream, AwsOptions aws) throws Exception {
        return SinkHarness.open(KinesisSink.of(
                Changes.<KinesisEntry, KinesisEntry>of(entry -> ChangeKey.of("zażółć"), entry -> entry),
                KinesisSinkOptions.of(stream.name, aws)));
    }

    @Test
    void theExplicitHashKeyChoosesTheShardAndKeysOfAnyScriptArrive() throws Exception {
        try (WrittenStream stream = WrittenStream.create(servers.kinesis(), 2);
                SinkHarness<KinesisEntry> sink = open(stream, stream.aws)) {
            for (int i = 0; i < 2; i++) {
                for (int n = 0; n < 3; n++) {
                    sink.write(KinesisEntry.of("shard " + i)
                            .withExplicitHashKey(
                                    stream.shards().get(i).hashKeyRange().endingHashKey()));
                }
            }
            sink.flush();
            for (int i = 0; i < 2; i++) {
                assertThat(stream.records(stream.shards().get(i).shardId()))
                        .hasSize(3)
                        .allSatisfy(record -> assertThat(record.partitionKey()).isEqualTo("zażółć"))
                        .extracting(record -> record.data().asUtf8String())
                        .containsOnly("shard " + i);
            }
        }
    }

    @Test
    void http2ReachesTheServiceToo() throws Exception {
        try (KinesisLocal own = KinesisLocal.start();
                WrittenStream stream = WrittenStream.create(own.options(), 1);
                SinkHarness<KinesisEntry> sink = open(stream, own.tlsOptions().withProtocol(Protocol.HTTP2))) {
            for (int i = 0; i < 20; i++) {
                sink.write(KinesisEntry.of("v" + i).withPartitionKey("p" + i));
            }
            sink.flush();
            assertThat(stream.records()).extracting(Record::partitionKey).hasSize(20);
        }
    }
}
