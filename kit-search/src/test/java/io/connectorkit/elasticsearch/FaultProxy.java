package io.connectorkit.elasticsearch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network in front of a node, on a bad day: bursts of 429, connections that break before and after a request was
 * applied, answers that come late or never, requests that are delivered a second time later. Seeded.
 */
final class FaultProxy implements AutoCloseable {

    enum Fault {
        NONE,
        THROTTLED,
        /** Nothing was applied. */
        RESET,
        /** Applied, and the answer lost. */
        LOST_ANSWER,
        /** Applied, and answered after the sink has given up. */
        LATE_ANSWER,
        /** Applied and answered, and applied once more a while later. */
        DUPLICATED
    }

    private static final byte[] BUSY =
            ("{\"error\":{\"type\":\"es_rejected_execution_exception\",\"reason\":\"queue full\"}," + "\"status\":429}")
                    .getBytes(StandardCharsets.UTF_8);
    private static final int BURST = 8;

    private final HttpServer server;
    private final String target;
    private final SplittableRandom random;
    private final long lateMillis;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final Phaser underWay = new Phaser(1);
    private final AtomicInteger requests = new AtomicInteger();
    private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
    private int burst;

    private FaultProxy(HttpServer server, String target, long seed, long lateMillis) {
        this.server = server;
        this.target = target;
        this.random = new SplittableRandom(seed);
        this.lateMillis = lateMillis;
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** @param lateMillis when late answers and second deliveries come */
    static FaultProxy start(ElasticsearchNode node, long seed, long lateMillis) {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            return new FaultProxy(server, node.url(), seed, lateMillis);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    int requests() {
        return requests.get();
    }

    /** How often each fault happened. */
    synchronized Map<Fault, Integer> faults() {
        return new EnumMap<>(faults);
    }

    /** Waits until nothing is delivered a second time any more. */
    void settle() {
        underWay.arriveAndAwaitAdvance();
    }

    private synchronized Fault next() {
        if (burst > 0) {
            burst--;
            return count(Fault.THROTTLED);
        }
        int dice = random.nextInt(100);
        if (dice < 3) {
            burst = random.nextInt(BURST);
            return count(Fault.THROTTLED);
        } else if (dice < 8) {
            return count(Fault.RESET);
        } else if (dice < 13) {
            return count(Fault.LOST_ANSWER);
        } else if (dice < 16) {
            return count(Fault.LATE_ANSWER);
        } else if (dice < 26) {
            return count(Fault.DUPLICATED);
        }
        return count(Fault.NONE);
    }

    private Fault count(Fault fault) {
        faults.merge(fault, 1, Integer::sum);
        return fault;
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        boolean bulk = exchange.getRequestURI().getPath().endsWith("/_bulk");
        Fault fault = bulk ? next() : Fault.NONE;
        requests.incrementAndGet();
        try {
            switch (fault) {
                case THROTTLED -> answer(exchange, 429, BUSY);
                case RESET -> exchange.close();
                case LOST_ANSWER -> {
                    forward(exchange, body);
                    exchange.close();
                }
                case LATE_ANSWER -> {
                    HttpResponse<byte[]> applied = forward(exchange, body);
                    later(() -> answer(exchange, applied.statusCode(), applied.body()));
                }
                case DUPLICATED -> {
                    HttpResponse<byte[]> applied = forward(exchange, body);
                    answer(exchange, applied.statusCode(), applied.body());
                    later(() -> forward(exchange, body));
                }
                case NONE -> {
                    HttpResponse<byte[]> applied = forward(exchange, body);
                    answer(exchange, applied.statusCode(), applied.body());
                }
            }
        } catch (IOException e) {
            // The node is down: so is this connection.
            exchange.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            exchange.close();
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    private void later(Step step) {
        underWay.register();
        timer.schedule(
                () -> {
                    try {
                        step.run();
                    } catch (IOException e) {
                        // Nobody waits for it any more, or the node is down.
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } finally {
                        underWay.arriveAndDeregister();
                    }
                },
                lateMillis,
                TimeUnit.MILLISECONDS);
    }

    private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(target + exchange.getRequestURI()))
                .timeout(Duration.ofSeconds(30))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (type != null) {
            request.header("Content-Type", type);
        }
        String accept = exchange.getRequestHeaders().getFirst("Accept");
        if (accept != null) {
            request.header("Accept", accept);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        try (exchange) {
            boolean bodiless = exchange.getRequestMethod().equals("HEAD") || body.length == 0;
            exchange.getResponseHeaders().set("Content-Type", "application/vnd.elasticsearch+json;compatible-with=8");
            exchange.getResponseHeaders().set("X-elastic-product", "Elasticsearch");
            exchange.sendResponseHeaders(status, bodiless ? -1 : body.length);
            if (!bodiless) {
                try (OutputStream out = exchange.getResponseBody()) {
                    out.write(body);
                }
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        timer.shutdownNow();
        threads.shutdownNow();
    }
}
