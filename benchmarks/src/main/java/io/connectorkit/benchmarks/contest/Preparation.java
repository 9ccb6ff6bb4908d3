package io.connectorkit.benchmarks.contest;

/** What happens before each lap of a rival and is not measured: an emptied table, a fresh index. */
@FunctionalInterface
public interface Preparation {

    void run() throws Exception;
}
