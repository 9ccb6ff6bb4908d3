package io.connectorkit.elasticsearch;

import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.DestinationContext;
import io.connectorkit.sink.DestinationFactory;
import io.connectorkit.sink.Ordering;
import io.connectorkit.sink.PayloadCodec;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens an index for one subtask, once the cluster has answered and accepted the credentials. */
record ElasticsearchDestinationFactory(ElasticsearchOptions options, WriteMode mode)
        implements DestinationFactory<byte[]> {

    private static final Logger LOG = LoggerFactory.getLogger(ElasticsearchDestinationFactory.class);

    @Override
    public Destination<byte[]> open(DestinationContext context) throws IOException, InterruptedException {
        if (context.subtask() == 0) {
            LOG.info("{}: {}", name(), options);
        }
        BulkClient client = BulkClient.open(options, context.tuning().inFlight());
        try {
            new ClusterCheck(client, options).run();
        } catch (IOException | InterruptedException | RuntimeException e) {
            client.close();
            throw e;
        }
        return new ElasticsearchDestination(client, mode, options);
    }

    @Override
    public String name() {
        return "Elasticsearch index '" + options.index() + "'";
    }

    /** The first insert of a key is the one that stays, so none may be skipped. */
    @Override
    public Ordering ordering() {
        return mode == WriteMode.INSERT_ONLY ? Ordering.FIFO : Ordering.COALESCE;
    }

    @Override
    public boolean guarded() {
        return mode != WriteMode.OVERWRITE;
    }

    @Override
    public PayloadCodec<byte[]> payloadCodec() {
        return PayloadCodec.bytes();
    }
}
