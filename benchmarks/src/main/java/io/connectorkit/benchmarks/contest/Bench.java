package io.connectorkit.benchmarks.contest;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code dev/bench}: runs benchmarks, writes their results, compares two runs. */
public final class Bench {

    private final BenchOptions options;
    private final Progress progress = new Progress(System.out, System::nanoTime);

    private Bench(BenchOptions options) {
        this.options = options;
    }

    public static void main(String[] args) throws Exception {
        BenchOptions options;
        try {
            options = BenchOptions.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        if (options.help()) {
            System.out.println(BenchOptions.USAGE);
        } else if (!options.compare().isEmpty()) {
            Comparison comparison = Comparison.of(
                    Results.read(options.compare().get(0)),
                    Results.read(options.compare().get(1)));
            System.out.println(comparison);
            System.exit(comparison.hasRegression() ? 1 : 0);
        } else {
            // Servers may leave threads behind that are not daemons.
            System.exit(new Bench(options).run(String.join(" ", args)) ? 0 : 1);
        }
    }

    private boolean run(String command) throws Exception {
        List<Throughput> throughputs = throughputs();
        Set<String> types = JmhRun.types().stream()
                .filter(type -> options.selects(simple(type)))
                .collect(Collectors.toSet());
        if (options.list()) {
            types.stream().map(Bench::simple).sorted().forEach(System.out::println);
            throughputs.forEach(throughput -> System.out.println(throughput.name()));
            return true;
        }
        Path part = options.part();
        if (part != null) {
            return runHere(throughputs.get(0), part);
        }
        if (types.isEmpty() && throughputs.isEmpty()) {
            System.err.println("no benchmark has a name with " + options.names() + "; see dev/bench --list");
            return false;
        }
        long start = System.nanoTime();
        Findings findings = Findings.NONE;
        for (int i = 0; i < throughputs.size(); i++) {
            String name = throughputs.get(i).name();
            progress.line("\n=== " + name + " (" + (i + 1) + " of " + throughputs.size() + ")");
            findings = findings.and(runInItsOwnJvm(name));
        }
        JmhScores scores = types.isEmpty() ? JmhScores.NONE : JmhRun.run(types, options, progress);
        Results results = new Results(
                LocalDate.now(ZoneOffset.UTC).toString(),
                Machine.here(),
                ("dev/bench " + command).strip(),
                options.quick(),
                findings,
                scores.scores(),
                scores.ratios(),
                scores.bars());
        Path folder = folder(results);
        results.write(folder);
        Report.write(results, folder);
        progress.line("\nDone in " + Text.duration(System.nanoTime() - start) + ": " + folder.resolve(Report.HTML));
        results.verdicts().forEach(verdict -> progress.line(verdict.toString()));
        findings.failures()
                .forEach(failure -> progress.line("FAILED: " + failure.benchmark() + ": " + failure.message()));
        return findings.failures().isEmpty();
    }

    private List<Throughput> throughputs() {
        return ServiceLoader.load(Throughput.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(throughput -> options.part() == null
                        ? options.selects(throughput.name())
                        : options.names().get(0).pattern().equals(throughput.name()))
                .sorted(Comparator.comparing(Throughput::name))
                .toList();
    }

    private boolean runHere(Throughput throughput, Path part) throws IOException {
        Findings findings;
        try (JvmStopwatch stopwatch = new JvmStopwatch()) {
            Session session = new Session(throughput.name(), options.quick(), stopwatch, progress);
            try {
                throughput.run(session);
                findings = session.findings();
            } catch (Exception | LinkageError e) {
                e.printStackTrace();
                findings = session.findings().and(Findings.failed(throughput.name(), e.toString()));
            }
        }
        Results.write(findings, part);
        return true;
    }

    /** What the compiler learnt from one benchmark must not speed up or slow down the next. */
    private Findings runInItsOwnJvm(String name) throws IOException, InterruptedException {
        Path part = Files.createTempFile("kit-bench-", ".json");
        try {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
            command.addAll(List.of("-cp", System.getProperty("java.class.path").replace("::", File.pathSeparator)));
            command.addAll(List.of(Bench.class.getName(), name, "--part", part.toString()));
            if (options.quick()) {
                command.add("--quick");
            }
            int code = new ProcessBuilder(command).inheritIO().start().waitFor();
            return code == 0
                    ? Results.readFindings(part)
                    : Findings.failed(name, "its JVM ended with exit code " + code);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Full runs are kept beside the sources; quick ones measure nothing and go where a clean build wipes them. */
    private Path folder(Results results) {
        Path given = options.out();
        if (given != null) {
            return given;
        }
        String name = results.date() + "-" + results.machine().shape() + suffix();
        Path parent = Path.of("benchmarks", options.quick() ? "target/results" : "results");
        Path folder = parent.resolve(name);
        for (int i = 2; Files.exists(folder); i++) {
            folder = parent.resolve(name + "-" + i);
        }
        return folder;
    }

    private String suffix() {
        return options.names().stream()
                .map(pattern ->
                        "-" + pattern.pattern().replaceAll("[^A-Za-z0-9]+", "").toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
    }

    private static String simple(String type) {
        return type.substring(type.lastIndexOf('.') + 1);
    }
}
