/** The adaptive window beside static settings and Flink's strategy, over simulated services: table and plot for docs. */
@NullMarked
package io.connectorkit.benchmarks.window;

import org.jspecify.annotations.NullMarked;
