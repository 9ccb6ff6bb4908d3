package io.connectorkit.examples.demo;

import io.connectorkit.aws.DynamoDbLocal;
import io.connectorkit.elasticsearch.ElasticsearchNode;
import io.connectorkit.examples.demo.DemoOptions.Ports;
import io.connectorkit.examples.demo.DemoOptions.UsageException;
import io.connectorkit.jdbc.PostgresServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** The three servers, started side by side on the loopback address. */
record Servers(DynamoDbLocal dynamoDb, ElasticsearchNode elasticsearch, PostgresServer postgres) {

    /** Starts all three; each is handed to {@code resources} as soon as it runs. */
    static Servers start(Ports ports, Resources resources, Progress progress) throws Exception {
        long start = System.nanoTime();
        FutureTask<DynamoDbLocal> dynamoDb = started("DynamoDB Local", () -> {
            DynamoDbLocal server = resources.add(DynamoDbLocal.start(ports.dynamoDb()));
            announce(progress, "DynamoDB Local", server.endpoint(), start);
            return server;
        });
        FutureTask<PostgresServer> postgres = started("PostgreSQL", () -> {
            PostgresServer server = resources.add(PostgresServer.start(ports.postgres()));
            announce(progress, "PostgreSQL", server.url() + "?user=" + server.user(), start);
            return server;
        });
        FutureTask<ElasticsearchNode> elasticsearch = started("Elasticsearch", () -> {
            ElasticsearchNode server = resources.add(ElasticsearchNode.start(ports.elasticsearch()));
            announce(progress, "Elasticsearch", server.url(), start);
            return server;
        });
        return new Servers(
                get("DynamoDB Local", dynamoDb), get("Elasticsearch", elasticsearch), get("PostgreSQL", postgres));
    }

    /** Refuses ports that are taken, before anything is started. */
    static void checkFree(Ports ports) throws UsageException {
        checkFree(Ports.DYNAMODB, ports.dynamoDb());
        checkFree(Ports.ELASTICSEARCH, ports.elasticsearch());
        checkFree(Ports.POSTGRES, ports.postgres());
        checkFree(Ports.WEB, ports.web());
    }

    private static void checkFree(String option, int port) throws UsageException {
        if (port == 0) {
            return;
        }
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            probe.getLocalPort();
        } catch (IOException e) {
            throw new UsageException(option + " must be a free port, got " + port + " (" + e.getMessage()
                    + "); choose another, or leave it out to take a free one");
        }
    }

    private static void announce(Progress progress, String server, Object address, long startNanos) {
        double seconds = (System.nanoTime() - startNanos) / (double) TimeUnit.SECONDS.toNanos(1);
        progress.line("  %-16s %s (%.1f s)", server, address, seconds);
    }

    private static <T> FutureTask<T> started(String server, Callable<T> start) {
        FutureTask<T> task = new FutureTask<>(start);
        Thread thread = new Thread(task, "demo-start-" + server);
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private static <T> T get(String server, FutureTask<T> started) throws Exception {
        try {
            return started.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new DemoFailure(server + " did not start: " + cause.getMessage(), cause);
        }
    }
}
