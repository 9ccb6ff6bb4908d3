package io.connectorkit.aws;

import java.net.URI;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The services that sinks are tested on, each started when the first test asks for it and closed after the last.
 *
 * <p>With {@code -Dkit.aws.endpoint=http://host:port} all of them are at that address (moto, LocalStack) and none is
 * started.
 */
public final class AwsServers implements AutoCloseable {

    private static final String ENDPOINT = System.getProperty("kit.aws.endpoint", "");

    private DynamoDbLocal dynamoDb;
    private KinesisLocal kinesis;
    private FirehoseEndpoint firehose;

    private AwsServers() {}

    /** Whether the tests run against an emulator of the user's. */
    public static boolean elsewhere() {
        return !ENDPOINT.isEmpty();
    }

    private static AwsOptions options() {
        return AwsOptions.defaults()
                .withEndpoint(URI.create(ENDPOINT), System.getProperty("kit.aws.region", "us-east-1"))
                .withCredentials(AwsCredentials.keys("test", "test"));
    }

    public synchronized AwsOptions dynamoDb() {
        if (elsewhere()) {
            return options();
        }
        if (dynamoDb == null) {
            dynamoDb = DynamoDbLocal.start();
        }
        return dynamoDb.options();
    }

    public synchronized AwsOptions kinesis() {
        if (elsewhere()) {
            return options();
        }
        if (kinesis == null) {
            kinesis = KinesisLocal.start();
        }
        return kinesis.options();
    }

    public synchronized AwsOptions firehose() {
        return elsewhere() ? options() : ownFirehose().options();
    }

    /** The endpoint of this JVM, whatever {@link #elsewhere} says. */
    public synchronized FirehoseEndpoint ownFirehose() {
        if (firehose == null) {
            firehose = FirehoseEndpoint.start();
        }
        return firehose;
    }

    @Override
    public synchronized void close() {
        if (dynamoDb != null) {
            dynamoDb.close();
        }
        if (kinesis != null) {
            kinesis.close();
        }
        if (firehose != null) {
            firehose.close();
        }
    }

    /** Gives all tests the same servers. */
    public static final class Shared implements ParameterResolver {

        private record Closing(AwsServers servers) implements AutoCloseable, ExtensionContext.Store.CloseableResource {
            @Override
            public void close() {
                servers.close();
            }
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == AwsServers.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(AwsServers.class))
                    .getOrComputeIfAbsent("servers", key -> new Closing(new AwsServers()), Closing.class)
                    .servers();
        }
    }
}
