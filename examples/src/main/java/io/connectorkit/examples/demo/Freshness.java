package io.connectorkit.examples.demo;

import io.connectorkit.examples.demo.TrafficPlan.Kind;
import io.connectorkit.examples.demo.TrafficPlan.Step;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * How long after DynamoDB has acknowledged a write a reader of a store sees it (or a newer change of the same flight).
 *
 * <p>Measured from outside, on one write in {@value #ONE_IN}: the store is asked for the sampled flights by key every
 * {@value #POLL_MILLIS} ms until each shows. The poll and its answer are part of the result. Flights that are ever
 * cancelled are left out, since a reader cannot tell "not yet" from "no longer".
 */
final class Freshness implements AutoCloseable {

    private static final int ONE_IN = 20;
    private static final int POLL_MILLIS = 20;

    /** Keys in one question to the store. */
    private static final int MAX_ASKED = 500;

    /** A write whose arrival is awaited. */
    private record Sample(String id, int revision, long acknowledgedNanos) {}

    private final FlightStore store;
    private final Queue<Sample> offered = new ConcurrentLinkedQueue<>();
    private final AtomicInteger steps = new AtomicInteger();
    private final List<Sample> waiting = new ArrayList<>();
    private final List<Long> nanos = new ArrayList<>();
    private final Thread thread;
    private volatile boolean closed;

    Freshness(FlightStore store) {
        this.store = store;
        this.thread = new Thread(this::run, "demo-freshness-" + store.name());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** DynamoDB has just acknowledged {@code step}. */
    void acknowledged(Step step) {
        if (step.watched() && step.kind() != Kind.CANCELLED && steps.getAndIncrement() % ONE_IN == 0) {
            offered.add(new Sample(step.id(), step.image().revision(), System.nanoTime()));
        }
    }

    private void run() {
        while (!closed) {
            for (Sample sample = offered.poll(); sample != null; sample = offered.poll()) {
                waiting.add(sample);
            }
            List<Sample> asked = waiting.subList(0, Math.min(MAX_ASKED, waiting.size()));
            if (!asked.isEmpty()) {
                ask(asked);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
        }
    }

    private void ask(List<Sample> asked) {
        Map<String, Integer> seen;
        try {
            seen = store.revisions(asked.stream().map(Sample::id).collect(Collectors.toSet()));
        } catch (Exception e) {
            // A reader that got no answer has not seen the change yet: the next poll asks again.
            return;
        }
        long now = System.nanoTime();
        for (Iterator<Sample> samples = asked.iterator(); samples.hasNext(); ) {
            Sample sample = samples.next();
            if (seen.getOrDefault(sample.id, 0) >= sample.revision) {
                synchronized (nanos) {
                    nanos.add(now - sample.acknowledgedNanos);
                }
                samples.remove();
            }
        }
    }

    /** How many samples have arrived. */
    int samples() {
        synchronized (nanos) {
            return nanos.size();
        }
    }

    /** Milliseconds within which {@code share} of the samples arrived; 0 without samples. */
    long percentileMillis(double share) {
        synchronized (nanos) {
            if (nanos.isEmpty()) {
                return 0;
            }
            List<Long> sorted = nanos.stream().sorted().toList();
            int index = (int) Math.ceil(share * sorted.size()) - 1;
            return TimeUnit.NANOSECONDS.toMillis(sorted.get(Math.max(0, index)));
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
    }
}
