package io.connectorkit.benchmarks.contest;

import java.util.Map;

/**
 * One JMH benchmark at one set of parameters, over all passes.
 *
 * @param benchmark simple class name and method
 * @param cost time for each operation, a fork's median each
 * @param bytes allocated for each operation
 */
public record JmhScore(String benchmark, Map<String, String> params, String unit, Spread cost, Spread bytes) {}
