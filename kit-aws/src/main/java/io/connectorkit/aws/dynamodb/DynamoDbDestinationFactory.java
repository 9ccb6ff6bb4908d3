package io.connectorkit.aws.dynamodb;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.AwsSinkFailures;
import io.connectorkit.aws.RenewableCredentials;
import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.DestinationContext;
import io.connectorkit.sink.DestinationFactory;
import io.connectorkit.sink.Ordering;
import io.connectorkit.sink.PayloadCodec;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Opens a table for one subtask, once it has answered and shown the keys that the options name.
 *
 * @param deadline of a request in the write path
 */
record DynamoDbDestinationFactory<P>(
        AwsOptions aws, DynamoDbTable table, WriteMode mode, ItemWrites<P> writes, Duration deadline, Clients clients)
        implements DestinationFactory<P> {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(DynamoDbDestinationFactory.class);

    /** Opens the client of a subtask. */
    interface Clients extends Serializable {
        DynamoDbAsyncClient open(AwsOptions options, RenewableCredentials credentials);

        /** The service that the options reach. */
        static Clients real() {
            return (options, credentials) ->
                    options.build(DynamoDbAsyncClient.builder(), options.protocol(), credentials);
        }
    }

    @Override
    public Destination<P> open(DestinationContext context) throws IOException, InterruptedException {
        if (context.subtask() == 0) {
            LOG.info("{}: {}, {}", name(), table, aws);
        }
        RenewableCredentials credentials = RenewableCredentials.of(aws);
        Executor settled = guarded() ? Runnable::run : AwsSinkFailures.after(aws, deadline);
        AwsSinkFailures failures = new AwsSinkFailures(name(), aws, credentials, settled);
        DynamoDbAsyncClient client = clients.open(aws, credentials);
        try {
            ItemTarget target = new ItemTarget(
                    table,
                    new ItemKey(table, TableCheck.run(client, table, failures)),
                    new Guard(table, mode),
                    mode,
                    InstantSource.system());
            return batched(client, target, failures);
        } catch (IOException | InterruptedException | RuntimeException e) {
            client.close();
            throw e;
        }
    }

    @SuppressWarnings("unchecked") // Whole items are the only writes that are whole.
    private Destination<P> batched(DynamoDbAsyncClient client, ItemTarget target, AwsSinkFailures failures) {
        return mode == WriteMode.OVERWRITE && writes.whole()
                ? (Destination<P>) (Destination<Map<String, AttributeValue>>)
                        new DynamoDbBatchDestination(client, target, failures)
                : new DynamoDbDestination<>(client, target, writes, failures);
    }

    @Override
    public String name() {
        return "DynamoDB table '" + table.name() + "'";
    }

    /** Steps build on one another, and the first insert of a key is the one that stays: none may be skipped. */
    @Override
    public Ordering ordering() {
        return writes.whole() && mode != WriteMode.INSERT_ONLY ? Ordering.COALESCE : Ordering.FIFO;
    }

    @Override
    public boolean guarded() {
        return mode != WriteMode.OVERWRITE;
    }

    @Override
    public PayloadCodec<P> payloadCodec() {
        return writes.codec();
    }
}
