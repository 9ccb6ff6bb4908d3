package io.connectorkit.elasticsearch;

import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.DestinationContext;
import io.connectorkit.sink.DestinationFactory;
import io.connectorkit.sink.Ordering;
import io.connectorkit.sink.PayloadCodec;
import java.io.IOException;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens an index for one subtask, once the cluster has answered and accepted the credentials. */
record ElasticsearchDestinationFactory(ElasticsearchOptions options, WritePlan plan)
        implements DestinationFactory<byte[]> {

    private static final Logger LOG = LoggerFactory.getLogger(ElasticsearchDestinationFactory.class);

    @Override
    public Destination<byte[]> open(DestinationContext context) throws IOException, InterruptedException {
        if (context.subtask() == 0) {
            LOG.info("{}: {}, {}", name(), options, plan);
        }
        ClusterClient client = ClusterClient.open(options, context.tuning().inFlight());
        try {
            ClusterCheck check = new ClusterCheck(client, options);
            check.run(plan);
            if (plan.readersAlias() != null) {
                new ReadersAlias(client, options.index(), plan.readersAlias(), plan.versionField()).make();
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            client.close();
            throw e;
        }
        return new ElasticsearchDestination(client, plan, options, Clock.systemUTC());
    }

    @Override
    public String name() {
        return "Elasticsearch index '" + options.index() + "'";
    }

    @Override
    public Ordering ordering() {
        return plan.ordering();
    }

    /** Creates are guarded too: one that comes late finds its document there. */
    @Override
    public boolean guarded() {
        return plan.mode() != WriteMode.OVERWRITE;
    }

    @Override
    public PayloadCodec<byte[]> payloadCodec() {
        return PayloadCodec.bytes();
    }
}
