package io.connectorkit.benchmarks.contest;

import java.util.Map;

/**
 * One JMH benchmark at one set of parameters, over all passes.
 *
 * @param benchmark simple class name and method
 * @param cpuNanos CPU time of the JVM for each operation, a fork's median each
 * @param bytes allocated for each operation
 */
public record JmhScore(String benchmark, Map<String, String> params, Spread cpuNanos, Spread bytes) {}
