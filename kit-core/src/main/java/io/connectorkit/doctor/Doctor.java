package io.connectorkit.doctor;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.table.factories.DecodingFormatFactory;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.EncodingFormatFactory;
import org.apache.flink.table.factories.Factory;

/**
 * Lists the table factories of a class path and says which of them Flink could not tell apart or load.
 *
 * <p>{@code java -cp 'lib/*:kit-core.jar' io.connectorkit.doctor.Doctor} prints one line for each factory and ends with 1
 * when there is something to mend. Flink itself finds a clash only when a table with that connector is used, and one
 * factory that cannot be loaded breaks all of them.
 */
public final class Doctor {

    private static final String SERVICES = "META-INF/services/" + Factory.class.getName();

    private final List<Found> found = new ArrayList<>();
    private final List<String> broken = new ArrayList<>();

    /**
     * A factory.
     *
     * @param identifier what {@code 'connector' = '...'} or {@code 'format' = '...'} names
     * @param kind what Flink looks it up as
     * @param className its class
     * @param origin jar or folder that declares it
     */
    public record Found(String identifier, String kind, String className, String origin) {

        private String line() {
            return identifier + " (" + kind + ") " + className + " in " + origin;
        }
    }

    private Doctor() {}

    /** Looks at what {@code loader} sees. */
    public static Doctor examine(ClassLoader loader) {
        Doctor doctor = new Doctor();
        try {
            for (URL services : new LinkedHashSet<>(Collections.list(loader.getResources(SERVICES)))) {
                doctor.read(services, loader);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the class path cannot be read", e);
        }
        return doctor;
    }

    private void read(URL services, ClassLoader loader) throws IOException {
        String origin = origin(services);
        String text;
        try (var in = services.openStream()) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        text.lines()
                .map(line -> line.replaceFirst("#.*", "").strip())
                .filter(line -> !line.isEmpty())
                .forEach(className -> load(className, origin, loader));
    }

    private void load(String className, String origin, ClassLoader loader) {
        try {
            Factory factory = (Factory) Class.forName(className, true, loader)
                    .getDeclaredConstructor()
                    .newInstance();
            kinds(factory).forEach(kind -> found.add(new Found(factory.factoryIdentifier(), kind, className, origin)));
        } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
            Throwable reason = e.getCause() == null ? e : e.getCause();
            broken.add(className + " in " + origin + " cannot be loaded: " + reason);
        }
    }

    /** Flink takes a name to be taken twice only among factories of one kind. */
    private static Stream<String> kinds(Factory factory) {
        List<String> kinds = new ArrayList<>();
        if (factory instanceof DynamicTableSourceFactory) {
            kinds.add("source");
        }
        if (factory instanceof DynamicTableSinkFactory) {
            kinds.add("sink");
        }
        if (factory instanceof DecodingFormatFactory) {
            kinds.add("format for reading");
        }
        if (factory instanceof EncodingFormatFactory) {
            kinds.add("format for writing");
        }
        return kinds.isEmpty() ? Stream.of("other") : kinds.stream();
    }

    private static String origin(URL services) {
        String url = services.toString();
        String folder = url.substring(0, url.length() - SERVICES.length());
        String path =
                folder.replaceFirst("^jar:", "").replaceFirst("^file:", "").replaceFirst("!/$", "");
        String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return trimmed.substring(trimmed.lastIndexOf('/') + 1);
    }

    /** All factories, by identifier. */
    public List<Found> factories() {
        return found.stream()
                .sorted(Comparator.comparing(Found::identifier).thenComparing(Found::kind))
                .toList();
    }

    /** What is to be mended; empty when all is well. */
    public List<String> problems() {
        Map<String, List<Found>> byName = found.stream()
                .filter(factory -> !factory.kind().equals("other"))
                .collect(Collectors.groupingBy(
                        factory -> factory.kind() + " '" + factory.identifier() + "'",
                        TreeMap::new,
                        Collectors.toList()));
        List<String> problems = new ArrayList<>(broken);
        byName.forEach((name, factories) -> {
            Set<String> origins = factories.stream()
                    .map(factory -> factory.className() + " in " + factory.origin())
                    .collect(Collectors.toCollection(LinkedHashSet::new));
            if (origins.size() > 1) {
                problems.add(name + " is claimed by " + String.join(" and by ", origins) + "; keep one of the jars");
            }
        });
        return problems;
    }

    private int report(PrintStream out) {
        factories().forEach(factory -> out.println(factory.line()));
        List<String> problems = problems();
        problems.forEach(problem -> out.println("PROBLEM: " + problem));
        out.println(found.size() + " factories, " + problems.size() + " problems");
        return problems.isEmpty() ? 0 : 1;
    }

    /** Prints what is on the class path; exit code 1 when something is to be mended. */
    public static void main(String[] args) {
        System.exit(examine(Doctor.class.getClassLoader()).report(System.out));
    }
}
