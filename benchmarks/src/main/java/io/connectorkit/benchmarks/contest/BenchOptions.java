package io.connectorkit.benchmarks.contest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@code dev/bench}: names, own options with two dashes, then JMH's options from the first single
 * dash on.
 *
 * @param compare two folders of results, or none
 * @param part where a run in a JVM of its own leaves its findings
 */
record BenchOptions(
        List<Pattern> names,
        boolean quick,
        boolean list,
        boolean help,
        List<Path> compare,
        @Nullable Path out,
        @Nullable Path part,
        List<String> jmh) {

    static final String USAGE =
            """
            dev/bench [NAME ...] [--quick] [--out FOLDER] [JMH options]
              runs all benchmarks, or those whose name contains one of NAME (a regular expression);
              JMH options are those with one dash, as -f 3 -p inFlight=50
            dev/bench --list           names of all benchmarks
            dev/bench --compare OLD NEW
              two folders of results by their ratios; exit code 1 when one is worse beyond both spreads""";

    static BenchOptions parse(String... args) {
        List<Pattern> names = new ArrayList<>();
        List<Path> compare = new ArrayList<>();
        List<String> jmh = List.of();
        boolean quick = false;
        boolean list = false;
        boolean help = false;
        Path out = null;
        Path part = null;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--quick" -> quick = true;
                case "--list" -> list = true;
                case "--help", "-h" -> help = true;
                case "--out" -> out = Path.of(value(args, ++i, "--out"));
                case "--part" -> part = Path.of(value(args, ++i, "--part"));
                case "--compare" -> {
                    compare.add(Path.of(value(args, ++i, "--compare")));
                    compare.add(Path.of(value(args, ++i, "--compare")));
                }
                default -> {
                    if (args[i].startsWith("--")) {
                        throw new IllegalArgumentException("unknown option " + args[i] + "\n" + USAGE);
                    } else if (args[i].startsWith("-")) {
                        jmh = List.of(args).subList(i, args.length);
                        i = args.length;
                    } else {
                        names.add(Pattern.compile(args[i], Pattern.CASE_INSENSITIVE));
                    }
                }
            }
        }
        return new BenchOptions(List.copyOf(names), quick, list, help, List.copyOf(compare), out, part, jmh);
    }

    private static String value(String[] args, int index, String option) {
        if (index >= args.length) {
            throw new IllegalArgumentException(option + " must have a value\n" + USAGE);
        }
        return args[index];
    }

    boolean selects(String name) {
        return names.isEmpty()
                || names.stream().anyMatch(pattern -> pattern.matcher(name).find());
    }
}
