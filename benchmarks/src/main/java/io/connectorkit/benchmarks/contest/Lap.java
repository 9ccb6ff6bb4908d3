package io.connectorkit.benchmarks.contest;

/**
 * One measured run of a rival.
 *
 * @param records how many it handled
 * @param wallNanos how long it took
 * @param cpuNanos what this JVM's threads, with compiler and collector, spent meanwhile, in ticks of 10 ms; servers in
 *     other processes do not count
 * @param allocatedBytes what this JVM's threads allocated meanwhile
 */
record Lap(long records, long wallNanos, long cpuNanos, long allocatedBytes) {

    double perSecond() {
        return records * 1e9 / wallNanos;
    }

    double cpuNanosEach() {
        return (double) cpuNanos / records;
    }

    double bytesEach() {
        return (double) allocatedBytes / records;
    }

    /** Without what {@code floor} cost. */
    Lap over(Lap floor) {
        return new Lap(
                records,
                wallNanos,
                Math.max(0, cpuNanos - floor.cpuNanos),
                Math.max(0, allocatedBytes - floor.allocatedBytes));
    }
}
