package io.connectorkit.benchmarks.contest;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * One pass over JMH benchmarks, a JVM for each: what a pass measured is compared within the pass, so that passes play the
 * part of a contest's rounds.
 */
record JmhPass(Map<Point, Cost> costs) {

    private static final String ALLOCATION = "gc.alloc.rate.norm";

    /**
     * One benchmark at one set of parameters.
     *
     * @param type the class that has the benchmark
     */
    record Point(String type, String method, Map<String, String> params) {

        String simpleType() {
            return type.substring(type.lastIndexOf('.') + 1);
        }
    }

    /** Medians of a fork's iterations, for each operation. */
    record Cost(double cpuNanos, double bytes) {

        Cost less(Cost floor) {
            return new Cost(cpuNanos - floor.cpuNanos, bytes - floor.bytes);
        }
    }

    static JmhPass of(Collection<RunResult> results) {
        Map<Point, Cost> costs = new LinkedHashMap<>();
        for (RunResult result : results) {
            BenchmarkParams params = result.getParams();
            String name = params.getBenchmark();
            int dot = name.lastIndexOf('.');
            Map<String, String> values = new LinkedHashMap<>();
            for (String key : params.getParamsKeys()) {
                values.put(key, params.getParam(key));
            }
            costs.put(
                    new Point(name.substring(0, dot), name.substring(dot + 1), values),
                    new Cost(median(result, CpuProfiler.LABEL), median(result, ALLOCATION)));
        }
        return new JmhPass(costs);
    }

    private static double median(RunResult result, String label) {
        double[] scores = result.getBenchmarkResults().stream()
                .flatMap(fork -> StreamSupport.stream(fork.getIterationResults().spliterator(), false))
                .map(iteration -> iteration.getSecondaryResults().get(label))
                .filter(found -> found != null)
                .mapToDouble(Result::getScore)
                .toArray();
        return scores.length == 0 ? 0 : Spread.of(scores).median();
    }
}
