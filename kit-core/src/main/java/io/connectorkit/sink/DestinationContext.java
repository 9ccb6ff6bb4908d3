package io.connectorkit.sink;

import org.apache.flink.metrics.MetricGroup;

/**
 * What a destination is opened with.
 *
 * @param subtask index of the sink's subtask, from 0
 * @param tuning batch, in-flight and buffer bounds in force: size pools by {@code tuning.inFlight()}
 * @param metrics group for the destination's own metrics
 */
public record DestinationContext(int subtask, SinkTuning tuning, MetricGroup metrics) {}
