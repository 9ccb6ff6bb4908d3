package io.connectorkit.elasticsearch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A real Elasticsearch node on loopback: unpacked from the zip that the system property {@value #ZIP} names, started,
 * and gone without a trace after {@link #close}.
 *
 * <p>Elasticsearch refuses to run as root; there the node runs as user 65534 ("nobody").
 */
public final class ElasticsearchNode implements AutoCloseable {

    /** System property with the path of the server's zip. */
    public static final String ZIP = "kit.elasticsearch.zip";

    private static final int NOBODY = 65534;
    private static final int START_SECONDS = 180;
    private static final int LAST_LINES = 15;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final Path home;
    private final Map<String, String> settings;
    private final Thread hook = new Thread(this::stop, "elasticsearch-node-stop");
    private volatile Process process;
    private int port;

    private ElasticsearchNode(Path home, Map<String, String> settings) {
        this.home = home;
        this.settings = settings;
    }

    /** A node on a free port. */
    public static ElasticsearchNode start() {
        return start(0, Map.of());
    }

    /** A node on {@code httpPort}; 0 takes a free one. */
    public static ElasticsearchNode start(int httpPort) {
        return start(httpPort, Map.of());
    }

    /** A node on a free port with more lines for its elasticsearch.yml. */
    public static ElasticsearchNode start(Map<String, String> settings) {
        return start(0, settings);
    }

    /** A node on {@code httpPort} (0 takes a free one) with more lines for its elasticsearch.yml. */
    public static ElasticsearchNode start(int httpPort, Map<String, String> settings) {
        requireFree(httpPort);
        Path zip = zip();
        boolean root = "root".equals(System.getProperty("user.name"));
        if (root && !Files.isExecutable(setpriv())) {
            throw new IllegalStateException("Elasticsearch does not run as root and there is no setpriv (util-linux)"
                    + " to start it as another user: install util-linux or run as an ordinary user");
        }
        try {
            ElasticsearchNode node = new ElasticsearchNode(Files.createTempDirectory("kit-elasticsearch-"), settings);
            Runtime.getRuntime().addShutdownHook(node.hook);
            try {
                node.unpack(zip, root);
                node.configure(httpPort, settings, root);
                node.launch(root);
                node.awaitHealth();
                return node;
            } catch (IOException | InterruptedException | RuntimeException e) {
                node.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Elasticsearch could not be started", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while Elasticsearch started", e);
        }
    }

    /** {@code http://127.0.0.1:port}. */
    public String url() {
        return "http://127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    /** Sends a request with a JSON body, if any, and returns the answer's body; fails on any status from 300. */
    public String request(String method, String path, String json) {
        HttpRequest.BodyPublisher body =
                json == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(json);
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + path))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .method(method, body)
                .build();
        try {
            HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() >= 300) {
                throw new IllegalStateException(
                        method + " " + path + " answered " + response.statusCode() + ": " + response.body());
            }
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(method + " " + path + " was interrupted", e);
        }
    }

    /** Kills the node as a crash does and starts it again with what is on its disk, on the same port. */
    public void restart() {
        try {
            kill();
            boolean root = "root".equals(System.getProperty("user.name"));
            Files.deleteIfExists(ports());
            configure(port, settings, root);
            launch(root);
            awaitHealth();
        } catch (IOException e) {
            throw new UncheckedIOException("Elasticsearch could not be restarted", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while Elasticsearch restarted", e);
        }
    }

    /** Kills the node and deletes its folder. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // The JVM is going down: the hook does the rest.
        }
        stop();
    }

    private void kill() {
        Process running = process;
        if (running != null) {
            List<ProcessHandle> tree = new ArrayList<>(running.descendants().toList());
            tree.add(running.toHandle());
            tree.forEach(ProcessHandle::destroyForcibly);
            tree.forEach(handle -> handle.onExit()
                    .orTimeout(10, TimeUnit.SECONDS)
                    .exceptionally(e -> handle)
                    .join());
        }
    }

    private void stop() {
        kill();
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("Elasticsearch's folder could not be deleted: " + e.getMessage());
        }
    }

    private static void requireFree(int port) {
        if (port == 0) {
            return;
        }
        try {
            new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
        } catch (IOException e) {
            throw new IllegalStateException(
                    "Elasticsearch needs port " + port + ", which is already taken; choose another", e);
        }
    }

    private static Path zip() {
        String zip = System.getProperty(ZIP);
        if (zip == null || !Files.isReadable(Path.of(zip))) {
            throw new IllegalStateException(
                    "system property " + ZIP + " must be the path of Elasticsearch's integ-test-zip, got " + zip);
        }
        return Path.of(zip);
    }

    private static Path setpriv() {
        return Stream.of("/usr/bin/setpriv", "/bin/setpriv")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(Path.of("/usr/bin/setpriv"));
    }

    /** The zip has one folder, named by its version; it becomes {@code home}. */
    private void unpack(Path zip, boolean root) throws IOException {
        try (ZipFile archive = new ZipFile(zip.toFile())) {
            Enumeration<? extends ZipEntry> entries = archive.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                String name = entry.getName().substring(entry.getName().indexOf('/') + 1);
                Path file = home.resolve(name).normalize();
                if (!file.startsWith(home)) {
                    throw new IOException("entry outside of the zip's folder: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                    continue;
                }
                Files.createDirectories(file.getParent());
                try (InputStream content = archive.getInputStream(entry)) {
                    Files.copy(content, file);
                }
                if (name.startsWith("bin/")) {
                    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
                }
            }
        }
        Files.createDirectories(home.resolve("tmp"));
        Files.createDirectories(home.resolve("logs"));
        if (root) {
            try (Stream<Path> files = Files.walk(home)) {
                for (Path file : files.toList()) {
                    own(file);
                }
            }
        }
    }

    private static void own(Path file) throws IOException {
        Files.setAttribute(file, "unix:uid", NOBODY);
        Files.setAttribute(file, "unix:gid", NOBODY);
    }

    private void configure(int httpPort, Map<String, String> settings, boolean root) throws IOException {
        Map<String, String> yml = new LinkedHashMap<>();
        yml.put("cluster.name", "kit");
        yml.put("discovery.type", "single-node");
        yml.put("network.host", "127.0.0.1");
        yml.put("http.port", Integer.toString(httpPort));
        yml.put("transport.port", "0");
        yml.put("node.portsfile", "true");
        yml.put("xpack.security.enabled", "false");
        yml.put("cluster.routing.allocation.disk.threshold_enabled", "false");
        yml.put("node.store.allow_mmap", "false");
        yml.putAll(settings);
        StringBuilder text = new StringBuilder();
        yml.forEach((key, value) -> text.append(key).append(": ").append(value).append('\n'));
        Path file = home.resolve("config/elasticsearch.yml");
        Files.writeString(file, text);
        if (root) {
            own(file);
        }
    }

    private void launch(boolean root) throws IOException {
        List<String> command = new ArrayList<>();
        if (root) {
            command.addAll(
                    List.of(setpriv().toString(), "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--"));
        }
        command.add(home.resolve("bin/elasticsearch").toString());
        ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
        builder.environment().put("ES_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("ES_JAVA_OPTS", "-Xms512m -Xmx512m -XX:-AlwaysPreTouch");
        builder.environment().put("ES_TMPDIR", home.resolve("tmp").toString());
        builder.redirectErrorStream(true).redirectOutput(output().toFile());
        process = builder.start();
        process.getOutputStream().close();
    }

    private Path output() {
        return home.resolve("output.log");
    }

    private void awaitHealth() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!isHealthy()) {
            if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
                throw failed("Elasticsearch ended with exit code " + process.exitValue() + " while it started");
            }
            if (System.nanoTime() > deadline) {
                throw failed("Elasticsearch did not start within " + START_SECONDS + " s");
            }
        }
    }

    private Path ports() {
        return home.resolve("logs/http.ports");
    }

    private boolean isHealthy() throws InterruptedException {
        try {
            Path ports = ports();
            if (!Files.exists(ports)) {
                return false;
            }
            // One address a line, as 127.0.0.1:9200.
            String address = Files.readString(ports).strip().lines().findFirst().orElse("");
            port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
            HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/_cluster/health?wait_for_status=yellow"))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException | NumberFormatException e) {
            return false;
        }
    }

    private IllegalStateException failed(String what) throws IOException {
        List<String> lines = Files.exists(output()) ? Files.readAllLines(output(), StandardCharsets.UTF_8) : List.of();
        List<String> last = lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
        return new IllegalStateException(what + "; its last lines:\n" + String.join("\n", last));
    }
}
