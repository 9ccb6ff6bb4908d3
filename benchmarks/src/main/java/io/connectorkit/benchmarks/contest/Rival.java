package io.connectorkit.benchmarks.contest;

/** One way to do a contest's work. */
@FunctionalInterface
public interface Rival {

    /** Does the whole work once and returns how many records it handled: as many as every other rival. */
    long run() throws Exception;
}
