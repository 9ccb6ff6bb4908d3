package io.connectorkit.aws.firehose;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.EnvelopeLog;
import io.connectorkit.aws.RecordEnvelope;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.DestinationFactory;
import io.connectorkit.tck.SinkContract;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;

/** The contract over a scripted service. */
class FirehoseSinkContractTest extends SinkContract<FirehoseEntry> {

    private final FakeFirehose service = new FakeFirehose("stream");

    @AfterEach
    void stop() {
        service.stop();
    }

    @Override
    protected DestinationFactory<FirehoseEntry> destination(WriteMode mode) {
        return new FirehoseDestinationFactory(
                FirehoseSinkOptions.of("stream", AwsOptions.of("eu-west-1").withCredentials(FakeFirehose.KEYS))
                        .withEnvelope(RecordEnvelope.JSON),
                (options, credentials) -> service);
    }

    @Override
    protected FirehoseEntry payload(ChangeKey key, String text) {
        return FirehoseEntry.of('"' + text + '"');
    }

    @Override
    protected Map<ChangeKey, String> contents() throws Exception {
        return EnvelopeLog.contents(service.records("stream"));
    }

    @Override
    protected Set<WriteMode> modes() {
        return EnumSet.of(WriteMode.NEWEST_WINS);
    }

    @Override
    protected boolean refusesStale() {
        return false;
    }

    @Override
    protected Optional<String> poison() {
        return Optional.of("poison");
    }
}
