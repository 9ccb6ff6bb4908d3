package io.connectorkit.benchmarks.contest;

/** Measures laps. */
@FunctionalInterface
interface Stopwatch {

    Lap time(Rival rival) throws Exception;
}
