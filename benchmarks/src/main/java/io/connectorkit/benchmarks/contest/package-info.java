/**
 * Contests between the kit and its rivals: interleaved rounds, ratios with their spread, results that two runs can be
 * compared by, and the command line of {@code dev/bench}.
 */
@NullMarked
package io.connectorkit.benchmarks.contest;

import org.jspecify.annotations.NullMarked;
