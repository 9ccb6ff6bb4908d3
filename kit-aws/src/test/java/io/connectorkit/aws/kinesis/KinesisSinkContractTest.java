package io.connectorkit.aws.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.EnvelopeLog;
import io.connectorkit.aws.RecordEnvelope;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.BatchSink;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.DestinationFactory;
import io.connectorkit.tck.Faults;
import io.connectorkit.tck.Referee;
import io.connectorkit.tck.SinkContract;
import io.connectorkit.tck.SinkHarness;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract over a scripted service: a stream holds every change, each key's in their order. */
class KinesisSinkContractTest extends SinkContract<KinesisSinkRun> {

    private final FakeKinesis service = new FakeKinesis("stream");

    @AfterEach
    void stop() {
        service.stop();
    }

    KinesisSinkOptions options(KinesisSinkOptions options) {
        return options;
    }

    @Override
    protected DestinationFactory<KinesisSinkRun> destination(WriteMode mode) {
        return new KinesisDestinationFactory(
                options(KinesisSinkOptions.of(
                                "stream", AwsOptions.of("eu-west-1").withCredentials(FakeKinesis.KEYS))
                        .withEnvelope(RecordEnvelope.JSON)),
                1 << 20,
                (options, credentials) -> service);
    }

    @Override
    protected KinesisSinkRun payload(ChangeKey key, String text) {
        return KinesisSinkRun.of(KinesisEntry.of('"' + text + '"'));
    }

    @Override
    protected Map<ChangeKey, String> contents() throws Exception {
        return EnvelopeLog.contents(service.records("stream"));
    }

    @Override
    protected Set<WriteMode> modes() {
        return EnumSet.of(WriteMode.NEWEST_WINS, WriteMode.OVERWRITE);
    }

    @Override
    protected boolean refusesStale() {
        return false;
    }

    @Override
    protected Optional<String> poison() {
        return Optional.of("poison");
    }

    @Test
    void withoutRepeatsEachKeyIsInOrderWhateverFails() throws Exception {
        long seed = 11;
        Referee referee = Referee.of(seed).withChanges(4_000).withKeys(50).withKills(4);
        DestinationFactory<KinesisSinkRun> destination = Faults.storm(seed).on(destination(WriteMode.NEWEST_WINS));
        Changes<Item, KinesisSinkRun> changes = Changes.<Item, KinesisSinkRun>of(
                        Item::key, item -> payload(item.key(), item.text()))
                .withVersion(item -> ChangeVersion.of(item.version()))
                .withDeletes(item -> item.text() == null);
        referee.run(() -> SinkHarness.open(BatchSink.of(changes, destination, options())));

        Map<ChangeKey, List<Long>> expected = new HashMap<>();
        referee.history().forEach(item -> expected.computeIfAbsent(item.key(), key -> new ArrayList<>())
                .add(item.version()));
        assertThat(EnvelopeLog.versions(service.records("stream")))
                .as("seed %d", seed)
                .isEqualTo(expected);
    }
}
