package io.connectorkit.benchmarks.contest;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs JMH benchmarks in passes of one JVM each, interleaved, with allocation. */
final class JmhRun {

    private static final int PASSES = 3;
    private static final int QUICK_PASSES = 1;

    /** Enough for all of them; a JVM touches every page of it before it measures. */
    private static final String[] HEAP = {"-Xms1g", "-Xmx1g"};

    private JmhRun() {}

    /** Classes with JMH benchmarks. */
    static Set<String> types() {
        Set<String> types = new TreeSet<>();
        for (BenchmarkListEntry entry : BenchmarkList.defaultList()
                .getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of())) {
            types.add(entry.getUserClassQName());
        }
        return types;
    }

    static JmhScores run(Set<String> types, BenchOptions options, Progress progress)
            throws CommandLineOptionException, RunnerException {
        CommandLineOptions given = new CommandLineOptions(options.jmh().toArray(new String[0]));
        int passes = given.getForkCount().orElse(options.quick() ? QUICK_PASSES : PASSES);
        List<JmhPass> done = new ArrayList<>();
        long start = System.nanoTime();
        for (int pass = 1; pass <= Math.max(1, passes); pass++) {
            progress.line("\nJMH, pass " + pass + " of " + passes
                    + (pass == 1
                            ? ""
                            : "; about "
                                    + Text.duration((System.nanoTime() - start) / (pass - 1) * (passes - pass + 1))
                                    + " left"));
            ChainedOptionsBuilder builder = new OptionsBuilder()
                    .parent(given)
                    .addProfiler(GCProfiler.class)
                    .addProfiler(CpuProfiler.class)
                    .forks(Math.min(1, passes));
            if (!given.getJvmArgsAppend().hasValue()) {
                builder.jvmArgsAppend(HEAP);
            }
            types.forEach(type -> builder.include("^" + type.replace(".", "\\.").replace("$", "\\$") + "\\."));
            if (options.quick()) {
                builder.warmupIterations(1)
                        .measurementIterations(1)
                        .warmupTime(TimeValue.milliseconds(200))
                        .measurementTime(TimeValue.milliseconds(200));
            }
            done.add(JmhPass.of(new Runner(builder.build()).run()));
        }
        return JmhScores.of(done, JmhRun::type);
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("JMH ran a class that is not there: " + name, e);
        }
    }
}
