package io.connectorkit.benchmarks.contest;

/**
 * One measured ratio: what two runs on a machine are compared by.
 *
 * @param what names it, the same in every run
 * @param lowerIsBetter true for costs, false for throughput
 */
public record Ratio(String what, boolean lowerIsBetter, Spread spread) {}
