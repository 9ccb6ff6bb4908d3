package io.connectorkit.doctor;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;

/**
 * A connector's jar for Flink's lib folder, tried as a cluster would: in a JVM of its own with Flink, this jar and nothing
 * else of the test's class path.
 */
public final class SqlJar {

    private static final long WAIT_SECONDS = 180;

    private final Path jar;

    private SqlJar(Path jar) {
        this.jar = jar;
    }

    /** The jar of the module that is being tested. */
    public static SqlJar ofThisModule() {
        return new SqlJar(Path.of(System.getProperty("kit.sql.jar")));
    }

    /** Classes that the jar carries under a name that another jar may have too. */
    public List<String> classesUnderTheirOwnName() throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream()
                    .map(entry -> entry.getName().replaceFirst("^META-INF/versions/\\d+/", ""))
                    .filter(name -> name.endsWith(".class") && !name.startsWith("io/connectorkit/"))
                    .toList();
        }
    }

    /** What {@link Doctor} prints of it. */
    public String examine() throws Exception {
        return run(Doctor.class.getName());
    }

    /** Runs SQL statements one after the other; {@code libraries} stand beside the jar, as a JDBC driver does. */
    public String execute(List<Class<?>> libraries, String... statements) throws Exception {
        List<String> command = new ArrayList<>(List.of(Statements.class.getName()));
        command.addAll(List.of(statements));
        return run(libraries, command.toArray(new String[0]));
    }

    private String run(String... main) throws Exception {
        return run(List.of(), main);
    }

    private String run(List<Class<?>> libraries, String... main) throws Exception {
        List<String> path = new ArrayList<>(List.of(jar.toString()));
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(
                        entry -> Path.of(entry)
                                .getFileName()
                                .toString()
                                .matches(
                                        "(flink-|slf4j-|log4j-|commons-|snakeyaml"
                                                + "|lz4|snappy|kryo|minlog|objenesis|chill|javassist|asm-|config-|reflections).*\\.jar"))
                .forEach(path::add);
        path.add(home(SqlJar.class));
        libraries.forEach(library -> path.add(home(library)));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                String.join(File.pathSeparator, path)));
        command.addAll(List.of(main));
        Path output = Files.createTempFile("sql-jar", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("no end after " + WAIT_SECONDS + " s:\n" + Files.readString(output));
            }
            String text = Files.readString(output, StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                throw new AssertionError("exit code " + process.exitValue() + ":\n" + text);
            }
            return text;
        } finally {
            Files.delete(output);
        }
    }

    /** Jar or folder that {@code type} comes from. */
    private static String home(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs its arguments as SQL and prints rows that come back. */
    public static final class Statements {
        private Statements() {}

        public static void main(String[] statements) throws Exception {
            TableEnvironment sql = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
            sql.getConfig().set("parallelism.default", "1");
            sql.getConfig().set("table.exec.sink.upsert-materialize", "NONE");
            for (String statement : statements) {
                var result = sql.executeSql(statement);
                try (var rows = result.collect()) {
                    while (rows.hasNext()) {
                        System.out.println(rows.next());
                    }
                }
            }
            System.out.println(Stream.of("end of", statements.length, "statements")
                    .map(String::valueOf)
                    .collect(Collectors.joining(" ")));
            // Flink's local cluster leaves threads behind.
            System.exit(0);
        }
    }
}
