package io.connectorkit.aws.kinesis;

import io.connectorkit.aws.AwsFailures;
import io.connectorkit.aws.shard.ShardSourceException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.ConsumerDescription;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;

/** The registered consumer of an enhanced fan-out: there while the job runs. */
final class FanOutConsumer {

    private static final Logger LOG = LoggerFactory.getLogger(FanOutConsumer.class);

    /** DescribeStreamConsumer allows 20 calls a second for the account, RegisterStreamConsumer 5. */
    private static final long POLL_MILLIS = 500;

    private static final long CLOSE_SECONDS = 10;

    /** Waits on the coordinator's worker thread, which is interrupted when the job ends. */
    @FunctionalInterface
    interface Pause {
        void millis(long millis) throws InterruptedException;
    }

    /** The consumer is not there now: it is being registered again, or will be. */
    static final class Away extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Away(String name) {
            super("consumer '" + name + "' is not registered now");
        }
    }

    private final FanOutOptions options;
    private final KinesisAsyncClient client;
    private final Pause pause;
    private @Nullable CompletableFuture<String> arn;
    private volatile @Nullable String registered;

    FanOutConsumer(FanOutOptions options, KinesisAsyncClient client, Pause pause) {
        this.options = options;
        this.client = client;
        this.pause = pause;
    }

    /**
     * Returns once the consumer is ready. One of the same name that an earlier run left behind is taken over; one that
     * is just being removed is waited for and registered anew.
     */
    void register(String streamArn) throws Exception {
        long polls = Math.max(1, options.registrationTimeout().toMillis() / POLL_MILLIS);
        String last = "none";
        for (long poll = 0; poll < polls; poll++) {
            ConsumerDescription found = find(streamArn);
            if (found != null && found.consumerStatus() == ConsumerStatus.ACTIVE) {
                if (options.lifecycle() == FanOutLifecycle.JOB_MANAGED) {
                    registered = found.consumerARN();
                }
                return;
            }
            last = found == null ? "none" : found.consumerStatusAsString();
            if (found == null) {
                create(streamArn);
            }
            pause.millis(POLL_MILLIS);
        }
        throw new IllegalStateException("consumer '" + options.consumerName() + "' of stream '" + streamArn
                + "' was not ready within source.efo.subscription.timeout (" + options.registrationTimeout()
                + "), last status: " + last);
    }

    // get() and not join(): the coordinator interrupts it when it closes.
    private @Nullable ConsumerDescription find(String streamArn) throws Exception {
        try {
            return describe(streamArn).get();
        } catch (ExecutionException e) {
            if (isMissing(e)) {
                return null;
            }
            throw refused(e);
        }
    }

    private CompletableFuture<ConsumerDescription> describe(String streamArn) {
        return client.describeStreamConsumer(
                        request -> request.streamARN(streamArn).consumerName(options.consumerName()))
                .thenApply(answer -> answer.consumerDescription());
    }

    private void create(String streamArn) throws Exception {
        if (options.lifecycle() == FanOutLifecycle.SELF_MANAGED) {
            throw new ShardSourceException(
                    "source.efo.consumer.name must name a registered consumer of stream '" + streamArn + "', got '"
                            + options.consumerName() + "'; register it, or let the job do so with source.efo.lifecycle"
                            + " JOB_MANAGED",
                    null);
        }
        try {
            client.registerStreamConsumer(
                            request -> request.streamARN(streamArn).consumerName(options.consumerName()))
                    .get();
            LOG.info("Registered consumer {} of stream {}", options.consumerName(), streamArn);
        } catch (ExecutionException e) {
            String code = AwsFailures.code(e);
            if (code.equals("LimitExceededException")) {
                throw new ShardSourceException(
                        "consumer '" + options.consumerName() + "' cannot be registered: stream '" + streamArn
                                + "' has as many as it may (20); remove one, or poll instead: " + AwsFailures.text(e),
                        e.getCause());
            } else if (!code.equals("ResourceInUseException")) {
                throw refused(e);
            }
        }
    }

    private Exception refused(ExecutionException failure) {
        return KinesisShardDirectory.refused("consumer '" + options.consumerName() + "'", failure);
    }

    /** The ARN of the consumer, asked for once; {@link Away} while there is none. */
    synchronized CompletableFuture<String> arn(String streamArn) {
        CompletableFuture<String> known = arn;
        if (known == null || known.isCompletedExceptionally()) {
            known = describe(streamArn)
                    .thenApply(ConsumerDescription::consumerARN)
                    .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                            isMissing(failure) ? new Away(options.consumerName()) : failure));
            arn = known;
        }
        return known;
    }

    /** The consumer may have been registered anew, under another ARN. */
    synchronized void forgetArn() {
        arn = null;
    }

    private static boolean isMissing(Throwable failure) {
        return AwsFailures.code(failure).equals("ResourceNotFoundException");
    }

    /** Removes the consumer that this registered. What fails is told only: the next run takes the consumer over. */
    void deregister() {
        String consumer = registered;
        if (consumer == null) {
            return;
        }
        registered = null;
        try {
            client.deregisterStreamConsumer(request -> request.consumerARN(consumer))
                    .get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warn("Consumer {} is left behind: interrupted", consumer);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("Consumer {} is left behind, the next run takes it over: {}", consumer, AwsFailures.text(e));
        }
    }
}
