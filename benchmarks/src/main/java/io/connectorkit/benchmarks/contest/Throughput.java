package io.connectorkit.benchmarks.contest;

/**
 * Whole jobs or sinks against a real server, measured beside their rivals. Found by {@link java.util.ServiceLoader},
 * run in a JVM of its own by {@code dev/bench NAME}.
 */
public interface Throughput {

    /** What {@code dev/bench NAME} calls it: the simple name of the class by habit. */
    String name();

    /** Starts its servers, holds its contests, stops its servers. */
    void run(Session session) throws Exception;
}
