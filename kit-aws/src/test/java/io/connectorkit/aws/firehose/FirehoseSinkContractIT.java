package io.connectorkit.aws.firehose;

import io.connectorkit.aws.AwsServers;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract over HTTP: a delivery stream holds every change, and its readers keep the newest. */
@ExtendWith(AwsServers.Shared.class)
class FirehoseSinkContractIT extends SinkContract<FirehoseEntry> {

    private static final AtomicInteger STREAMS = new AtomicInteger();

    private final DeliveryStream stream;

    FirehoseSinkContractIT(AwsServers servers) {
        stream = DeliveryStream.create(servers, "contract-" + STREAMS.incrementAndGet());
    }

    @Override
    protected DestinationFactory<FirehoseEntry> destination(WriteMode mode) {
        return new FirehoseDestinationFactory(
                FirehoseSinkOptions.of(stream.name(), stream.aws())
                        .withEnvelope(RecordEnvelope.JSON)
                        .withFraming(FirehoseFraming.NEWLINE),
                FirehoseDestinationFactory.Clients.real());
    }

    @Override
    protected FirehoseEntry payload(ChangeKey key, String text) {
        return FirehoseEntry.of('"' + text + '"');
    }

    @Override
    protected Map<ChangeKey, String> contents() throws Exception {
        return EnvelopeLog.contents(stream.lines());
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
        return stream.hasPoison() ? Optional.of("poison") : Optional.empty();
    }
}
