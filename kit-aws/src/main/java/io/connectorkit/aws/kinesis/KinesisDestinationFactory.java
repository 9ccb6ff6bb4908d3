package io.connectorkit.aws.kinesis;

import io.connectorkit.aws.AppendDestination;
import io.connectorkit.aws.AwsFailures;
import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.AwsSinkFailures;
import io.connectorkit.aws.RenewableCredentials;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.DestinationContext;
import io.connectorkit.sink.DestinationFactory;
import io.connectorkit.sink.Join;
import io.connectorkit.sink.Ordering;
import io.connectorkit.sink.PayloadCodec;
import java.io.IOException;
import java.io.Serializable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/**
 * Opens a stream for one subtask, once it has answered.
 *
 * @param recordBytes most bytes of a record, as the sink's tuning has it
 */
record KinesisDestinationFactory(KinesisSinkOptions options, long recordBytes, Clients clients)
        implements DestinationFactory<KinesisSinkRun> {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(KinesisDestinationFactory.class);

    /** Opens the client of a subtask. */
    interface Clients extends Serializable {
        KinesisAsyncClient open(AwsOptions options, RenewableCredentials credentials);

        /** The service that the options reach. */
        static Clients real() {
            return (options, credentials) ->
                    options.build(KinesisAsyncClient.builder(), options.protocol(), credentials);
        }
    }

    @Override
    public Destination<KinesisSinkRun> open(DestinationContext context) throws IOException, InterruptedException {
        if (context.subtask() == 0) {
            LOG.info("{}: {}", name(), options);
        }
        RenewableCredentials credentials = RenewableCredentials.of(options.aws());
        AwsSinkFailures failures = new AwsSinkFailures(name(), options.aws(), credentials, Runnable::run);
        KinesisAsyncClient client = clients.open(options.aws(), credentials);
        try {
            check(client, failures);
            return new AppendDestination<>(new KinesisSinkApi(client, options, context.subtask()), failures);
        } catch (IOException | InterruptedException | RuntimeException e) {
            client.close();
            throw e;
        }
    }

    private void check(KinesisAsyncClient client, AwsSinkFailures failures) throws IOException, InterruptedException {
        String stream = options.stream();
        if (stream == null) {
            return;
        }
        try {
            client.describeStreamSummary(request -> {
                        if (stream.startsWith("arn:")) {
                            request.streamARN(stream);
                        } else {
                            request.streamName(stream);
                        }
                    })
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
        return options.stream() == null ? "Kinesis" : "Kinesis stream '" + options.stream() + "'";
    }

    @Override
    public Ordering ordering() {
        return options.ordering();
    }

    /**
     * A late application is one more repeat, in order too: it may stand behind newer records of its key, as repeats of a
     * replay do, but every record's first place is in order. Failing over would not keep it away either.
     */
    @Override
    public boolean guarded() {
        return true;
    }

    @Override
    public @Nullable Join<KinesisSinkRun> join() {
        // No subtask has a longer number, and all records of a subtask have the same.
        return KinesisSinkApi.Layout.of(options, Integer.MAX_VALUE).join(recordBytes);
    }

    @Override
    public PayloadCodec<KinesisSinkRun> payloadCodec() {
        return new KinesisSinkCodec();
    }
}
