/** Throughput and checkpoint flush over the knobs of a sink, and the way the adaptive window takes among them. */
@NullMarked
package io.connectorkit.benchmarks.tuning;

import org.jspecify.annotations.NullMarked;
