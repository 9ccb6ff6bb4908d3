package io.connectorkit.benchmarks.dynamodbstreams;

import com.sun.net.httpserver.HttpServer;
import io.connectorkit.aws.AwsCredentials;
import io.connectorkit.aws.AwsOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** DynamoDB Streams over HTTP with open shards that never have a record. */
final class IdleStreamService implements AutoCloseable {

    static final String ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/idle/stream/2026-01-01T00:00:00.000";
    static final String THREAD = "idle-service";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(2, action -> new Thread(action, THREAD));

    IdleStreamService(int shards) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        byte[] description = ("{\"StreamDescription\":{\"StreamArn\":\"" + ARN
                        + "\",\"StreamStatus\":\"ENABLED\",\"StreamViewType\":\"NEW_AND_OLD_IMAGES\",\"TableName\":\"idle\","
                        + "\"Shards\":["
                        + IntStream.range(0, shards)
                                .mapToObj(i -> "{\"ShardId\":\"shardId-" + String.format("%020d", i)
                                        + "\",\"SequenceNumberRange\":{\"StartingSequenceNumber\":\"1\"}}")
                                .collect(Collectors.joining(","))
                        + "]}}")
                .getBytes(StandardCharsets.UTF_8);
        byte[] iterator = "{\"ShardIterator\":\"next\"}".getBytes(StandardCharsets.UTF_8);
        byte[] nothing = "{\"Records\":[],\"NextShardIterator\":\"next\"}".getBytes(StandardCharsets.UTF_8);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            byte[] answer = target.endsWith("DescribeStream")
                    ? description
                    : target.endsWith("GetShardIterator") ? iterator : nothing;
            exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    AwsOptions options() {
        URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        return AwsOptions.defaults()
                .withEndpoint(endpoint, "us-east-1")
                .withCredentials(AwsCredentials.keys("local", "local"));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
