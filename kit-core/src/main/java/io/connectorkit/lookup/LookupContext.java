package io.connectorkit.lookup;

import org.apache.flink.metrics.MetricGroup;

/**
 * What a lookup source is opened with.
 *
 * @param subtask index of the operator's subtask, from 0
 * @param options bounds in force: size pools by {@code options.inFlight()}, bound requests by
 *     {@code options.requestTimeout()}
 * @param metrics group for the source's own metrics
 */
public record LookupContext(int subtask, LookupOptions options, MetricGroup metrics) {}
