package io.connectorkit.aws;

import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBServerHandler;
import com.amazonaws.services.dynamodbv2.local.server.TestControl;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsAsyncClient;

/**
 * DynamoDB Local in this process: in memory, on the loopback address, with streams whose shards roll over on demand.
 *
 * <p>Not faithful in one way that tests must know: creation times of stream records are cut to the minute.
 */
public final class DynamoDbLocal implements AutoCloseable {

    private static final String REGION = "us-east-1";

    /** Held, because java.util.logging forgets the level of a logger that nobody holds. */
    private static final Logger SQLITE = Logger.getLogger("com.almworks.sqlite4java");

    private final Server server;
    private final LocalDynamoDBServerHandler handler;
    private final int port;

    private DynamoDbLocal(Server server, LocalDynamoDBServerHandler handler) {
        this.server = server;
        this.handler = handler;
        this.port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
    }

    /** Starts on a free port. */
    public static DynamoDbLocal start() {
        return start(0);
    }

    /** Starts on {@code port}; a port in use is refused with an {@link java.io.IOException} as the cause. */
    public static DynamoDbLocal start(int port) {
        SQLITE.setLevel(Level.WARNING);
        try {
            LocalDynamoDBServerHandler handler = TestControl.handler();
            Server server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            server.setHandler(new ContextHandler(handler, "/"));
            try {
                server.start();
            } catch (Exception e) {
                server.stop();
                handler.close();
                throw e;
            }
            return new DynamoDbLocal(server, handler);
        } catch (Exception e) {
            throw new IllegalStateException("DynamoDB Local cannot start on port " + port + ": " + e.getMessage(), e);
        }
    }

    public URI endpoint() {
        return URI.create("http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + port);
    }

    public int port() {
        return port;
    }

    public String region() {
        return REGION;
    }

    /** Options that reach this server, with keys that only it accepts. */
    public AwsOptions options() {
        return AwsOptions.defaults()
                .withEndpoint(endpoint(), REGION)
                .withCredentials(AwsCredentials.keys("local", "local"));
    }

    /** A new client; the caller closes it. */
    public DynamoDbAsyncClient client() {
        return options().build(DynamoDbAsyncClient.builder());
    }

    /** A new client of the streams; the caller closes it. */
    public DynamoDbStreamsAsyncClient streamsClient() {
        return options().build(DynamoDbStreamsAsyncClient.builder());
    }

    /** Closes every open shard of every stream and opens a child of each. */
    public void rolloverShards() {
        control(Map.of("ACTION", AttributeValue.fromS("ROLLOVER")));
    }

    /** Moves the server's clock forward: shards roll over, records older than 24 hours are trimmed. */
    public void dilateHours(int hours) {
        control(Map.of(
                "ACTION", AttributeValue.fromS("DILATE_TIME"), "HOURS", AttributeValue.fromS(Integer.toString(hours))));
    }

    private void control(Map<String, AttributeValue> item) {
        try (DynamoDbAsyncClient client = client()) {
            client.putItem(put -> put.tableName("[TEST_CONTROL]").item(item)).join();
        }
    }

    @Override
    public void close() {
        try {
            server.stop();
            handler.close();
        } catch (Exception e) {
            throw new IllegalStateException("DynamoDB Local cannot stop: " + e.getMessage(), e);
        }
    }
}
