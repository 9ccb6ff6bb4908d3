package io.connectorkit.benchmarks.mongodb;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The Java MongoDB-wire server in a JVM of its own, so that its compiler, collector and heap are no part of what is
 * measured. Ends with the process that started it.
 */
final class MongoServerProcess implements AutoCloseable {

    private final Process process;
    private final String uri;

    private MongoServerProcess(Process process, String uri) {
        this.process = process;
        this.uri = uri;
    }

    static MongoServerProcess start() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms2g",
                        "-Xmx2g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MongoServerProcess.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith("mongodb://")) {
                Thread drain = new Thread(() -> said.lines().forEach(more -> {}), "mongo-server-log");
                drain.setDaemon(true);
                drain.start();
                return new MongoServerProcess(process, line);
            }
        }
        throw new IOException("the MongoDB server of the benchmark must start, got exit code " + process.exitValue());
    }

    String uri() {
        return uri;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** The server, until the end of its input. */
    public static void main(String[] args) throws IOException {
        MongoServer server = new MongoServer(new MemoryBackend());
        System.out.println("mongodb://127.0.0.1:" + server.bind().getPort());
        while (System.in.read() >= 0) {
            continue;
        }
        server.shutdownNow();
        System.exit(0);
    }
}
