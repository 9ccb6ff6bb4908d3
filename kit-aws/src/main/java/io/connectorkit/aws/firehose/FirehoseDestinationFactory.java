package io.connectorkit.aws.firehose;

import io.connectorkit.aws.AppendDestination;
import io.connectorkit.aws.AwsFailures;
import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.AwsSinkFailures;
import io.connectorkit.aws.RenewableCredentials;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.DestinationContext;
import io.connectorkit.sink.DestinationFactory;
import io.connectorkit.sink.Ordering;
import io.connectorkit.sink.PayloadCodec;
import java.io.IOException;
import java.io.Serializable;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.firehose.FirehoseAsyncClient;

/** Opens a delivery stream for one subtask, once it has answered. */
record FirehoseDestinationFactory(FirehoseSinkOptions options, Clients clients)
        implements DestinationFactory<FirehoseEntry> {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(FirehoseDestinationFactory.class);

    /** Opens the client of a subtask. */
    interface Clients extends Serializable {
        FirehoseAsyncClient open(AwsOptions options, RenewableCredentials credentials);

        /** The service that the options reach. */
        static Clients real() {
            return (options, credentials) ->
                    options.build(FirehoseAsyncClient.builder(), options.protocol(), credentials);
        }
    }

    @Override
    public Destination<FirehoseEntry> open(DestinationContext context) throws IOException, InterruptedException {
        if (context.subtask() == 0) {
            LOG.info("{}: {}", name(), options);
        }
        RenewableCredentials credentials = RenewableCredentials.of(options.aws());
        AwsSinkFailures failures = new AwsSinkFailures(name(), options.aws(), credentials, Runnable::run);
        FirehoseAsyncClient client = clients.open(options.aws(), credentials);
        try {
            check(client, failures);
            return new AppendDestination<>(new FirehoseApi(client, options), failures);
        } catch (IOException | InterruptedException | RuntimeException e) {
            client.close();
            throw e;
        }
    }

    private void check(FirehoseAsyncClient client, AwsSinkFailures failures) throws IOException, InterruptedException {
        if (options.stream() == null) {
            return;
        }
        try {
            client.describeDeliveryStream(request -> request.deliveryStreamName(options.stream()))
                    .get();
        } catch (ExecutionException e) {
            if (!AwsFailures.mayWriteThough(e)) {
                throw failures.unopened(e);
            }
            LOG.info("{}: not checked: {}", name(), AwsFailures.text(e));
        }
    }

    @Override
    public String name() {
        return options.stream() == null ? "Firehose" : "Firehose stream '" + options.stream() + "'";
    }

    @Override
    public Ordering ordering() {
        return Ordering.NONE;
    }

    /** A late application is one more repeat, and Firehose keeps no order. */
    @Override
    public boolean guarded() {
        return true;
    }

    @Override
    public PayloadCodec<FirehoseEntry> payloadCodec() {
        return new FirehoseEntryCodec();
    }
}
