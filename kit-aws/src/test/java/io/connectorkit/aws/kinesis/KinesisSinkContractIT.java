package io.connectorkit.aws.kinesis;

import io.connectorkit.aws.AwsServers;
import io.connectorkit.aws.EnvelopeLog;
import io.connectorkit.aws.RecordEnvelope;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.DestinationFactory;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.tck.SinkContract;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract on an emulated stream of two shards, with aggregation. */
@ExtendWith(AwsServers.Shared.class)
class KinesisSinkContractIT extends SinkContract<KinesisSinkRun> {

    private final WrittenStream stream;

    KinesisSinkContractIT(AwsServers servers) {
        stream = WrittenStream.create(servers.kinesis(), 2);
    }

    @AfterEach
    void drop() {
        stream.close();
    }

    @Override
    protected DestinationFactory<KinesisSinkRun> destination(WriteMode mode) {
        return new KinesisDestinationFactory(
                KinesisSinkOptions.of(stream.name, stream.aws)
                        .withEnvelope(RecordEnvelope.JSON)
                        .withAggregation(MemorySize.parse("20kb")),
                1 << 20,
                KinesisDestinationFactory.Clients.real());
    }

    @Override
    protected KinesisSinkRun payload(ChangeKey key, String text) {
        return KinesisSinkRun.of(KinesisEntry.of('"' + text + '"'));
    }

    @Override
    protected Map<ChangeKey, String> contents() throws Exception {
        return EnvelopeLog.contents(stream.unpacked());
    }

    @Override
    protected Set<WriteMode> modes() {
        return EnumSet.of(WriteMode.NEWEST_WINS, WriteMode.OVERWRITE);
    }

    @Override
    protected SinkOptions options() {
        SinkOptions options = super.options();
        // moto loses records when two requests reach a shard at a time.
        return AwsServers.elsewhere() ? options.withTuning(options.tuning().withWindow(50, 1)) : options;
    }

    @Override
    protected boolean refusesStale() {
        return false;
    }
}
