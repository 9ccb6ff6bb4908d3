package io.connectorkit.aws;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryResponse;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/**
 * The emulator kinesis-mock on loopback: fetched once by npm into the user's cache (its version and its hash are pinned
 * by the lock file beside this class), run by Node, ended with this JVM. Behaviour only: it is slow and never throttles.
 *
 * <p>Unlike the service: closed shards keep an open-looking ending sequence number, a bad iterator answers 500, and a
 * subscription does not end at a split.
 */
public final class KinesisLocal implements AutoCloseable {

    private static final String REGION = "us-east-1";
    private static final String VERSION = "0.6.2";
    private static final String RESOURCES = "kinesis-local/";
    private static final int START_SECONDS = 60;
    private static final int FETCH_SECONDS = 180;
    private static final int POLL_MILLIS = 10;

    private static KinesisLocal shared;

    private final Process process;
    private final Path log;
    private final int plainPort;
    private final int tlsPort;

    private KinesisLocal(Process process, Path log, Map<String, Integer> ports) {
        this.process = process;
        this.log = log;
        this.plainPort = ports.get("plain");
        this.tlsPort = ports.get("tls");
    }

    /** Starts on free ports. */
    public static KinesisLocal start() {
        try {
            Path home = fetched();
            Path log = Files.createTempFile("kit-kinesis-local-", ".log");
            ProcessBuilder node = new ProcessBuilder(
                            "node", "-r", home.resolve("loopback.js").toString(), "main.js")
                    .directory(home.resolve("node_modules/kinesis-local").toFile())
                    .redirectError(log.toFile());
            node.environment().putAll(settings());
            Process process = node.start();
            Map<String, Integer> ports = ports(process);
            if (ports.size() < 2) {
                process.destroyForcibly();
                throw new IllegalStateException(
                        "kinesis-local did not start within " + START_SECONDS + " s: " + Files.readString(log));
            }
            return new KinesisLocal(process, log, ports);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "kinesis-local cannot start; its tests need Node.js 18 or newer with npm on"
                            + " the PATH (apt-get install nodejs npm): " + e.getMessage(),
                    e);
        }
    }

    /** One server for all tests of this JVM, which ends with it: do not close it, and name streams apart. */
    public static synchronized KinesisLocal shared() {
        if (shared == null) {
            shared = start();
        }
        return shared;
    }

    private static Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        // Names for loopback.js, which chooses the ports.
        settings.put("KINESIS_MOCK_TLS_PORT", "1");
        settings.put("KINESIS_MOCK_PLAIN_PORT", "2");
        settings.put("SHARD_LIMIT", "1000");
        settings.put("LOG_LEVEL", "ERROR");
        for (String action : List.of(
                "CREATE_STREAM",
                "DELETE_STREAM",
                "SPLIT_SHARD",
                "MERGE_SHARDS",
                "UPDATE_SHARD_COUNT",
                "REGISTER_STREAM_CONSUMER",
                "DEREGISTER_STREAM_CONSUMER")) {
            settings.put(action + "_DURATION", "20ms");
        }
        return settings;
    }

    /** Reads the ports off the output, and goes on reading, so that the server never blocks on it. */
    private static Map<String, Integer> ports(Process process) {
        Map<String, Integer> ports = new HashMap<>();
        Thread drain = new Thread(
                () -> {
                    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                            int port = line.indexOf("-port=");
                            if (port > 0) {
                                synchronized (ports) {
                                    ports.put(line.substring(0, port), Integer.valueOf(line.substring(port + 6)));
                                    ports.notifyAll();
                                }
                            }
                        }
                    } catch (IOException e) {
                        // The process has ended.
                    }
                    synchronized (ports) {
                        ports.notifyAll();
                    }
                },
                "kinesis-local-output");
        drain.setDaemon(true);
        drain.start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        synchronized (ports) {
            while (ports.size() < 2 && process.isAlive() && System.nanoTime() < deadline) {
                pause(ports);
            }
            return Map.copyOf(ports);
        }
    }

    private static void pause(Object monitor) {
        try {
            monitor.wait(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while kinesis-local worked", e);
        }
    }

    /** The folder with the server in it. Two JVMs may fetch at a time: the first one there wins. */
    private static Path fetched() throws IOException {
        Path home = Path.of(System.getProperty("user.home"), ".cache", "connector-kit", "kinesis-local-" + VERSION);
        if (Files.exists(home)) {
            return home;
        }
        Files.createDirectories(home.getParent());
        Path fresh = Files.createTempDirectory(home.getParent(), "fetching-");
        try {
            for (String name : List.of("package.json", "package-lock.json", "loopback.js")) {
                try (InputStream resource = KinesisLocal.class.getResourceAsStream(RESOURCES + name)) {
                    Files.copy(resource, fresh.resolve(name));
                }
            }
            npm(fresh);
            Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            delete(fresh);
        } catch (IOException | RuntimeException e) {
            delete(fresh);
            throw e;
        }
        return home;
    }

    private static void npm(Path folder) throws IOException {
        Path output = folder.resolve("npm.log");
        Process npm = new ProcessBuilder("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!npm.waitFor(FETCH_SECONDS, TimeUnit.SECONDS) || npm.exitValue() != 0) {
                npm.destroyForcibly();
                throw new IllegalStateException(
                        "npm could not fetch kinesis-local " + VERSION + ": " + Files.readString(output));
            }
        } catch (InterruptedException e) {
            npm.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while npm fetched kinesis-local", e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Plain HTTP/1.1. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + plainPort);
    }

    /** HTTPS with a certificate that nobody signed; speaks HTTP/2 too. */
    public URI tlsEndpoint() {
        return URI.create("https://127.0.0.1:" + tlsPort);
    }

    public String region() {
        return REGION;
    }

    /** Options that reach this server over {@link #endpoint()}, with keys that only it accepts. */
    public AwsOptions options() {
        return AwsOptions.defaults()
                .withEndpoint(endpoint(), REGION)
                .withCredentials(AwsCredentials.keys("local", "local"));
    }

    /** Options that reach this server over {@link #tlsEndpoint()}. */
    public AwsOptions tlsOptions() {
        return options().withEndpoint(tlsEndpoint(), REGION).trustingAnyCertificate();
    }

    /** A new client; the caller closes it. */
    public KinesisAsyncClient client() {
        return options().build(KinesisAsyncClient.builder(), Protocol.HTTP1_1);
    }

    /** Creates a stream, waits until it is active and answers its ARN. */
    public String createStream(String name, int shards) {
        try (KinesisAsyncClient client = client()) {
            client.createStream(request -> request.streamName(name).shardCount(shards))
                    .join();
            return awaitActive(client, name).streamARN();
        }
    }

    /** Splits a shard; the second child begins at {@code newStartingHashKey}. */
    public void splitShard(String stream, String shardId, String newStartingHashKey) {
        try (KinesisAsyncClient client = client()) {
            client.splitShard(request ->
                            request.streamName(stream).shardToSplit(shardId).newStartingHashKey(newStartingHashKey))
                    .join();
            awaitActive(client, stream);
        }
    }

    public void mergeShards(String stream, String shardId, String adjacentShardId) {
        try (KinesisAsyncClient client = client()) {
            client.mergeShards(request ->
                            request.streamName(stream).shardToMerge(shardId).adjacentShardToMerge(adjacentShardId))
                    .join();
            awaitActive(client, stream);
        }
    }

    private StreamDescriptionSummary awaitActive(KinesisAsyncClient client, String name) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            DescribeStreamSummaryResponse stream = client.describeStreamSummary(request -> request.streamName(name))
                    .join();
            StreamDescriptionSummary summary = stream.streamDescriptionSummary();
            if (summary.streamStatus() == StreamStatus.ACTIVE) {
                return summary;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("stream '" + name + "' is still " + summary.streamStatusAsString());
            }
            synchronized (this) {
                pause(this);
            }
        }
    }

    /** Ends the server. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
            Files.deleteIfExists(log);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException("the log of kinesis-local cannot be deleted", e);
        }
    }
}
