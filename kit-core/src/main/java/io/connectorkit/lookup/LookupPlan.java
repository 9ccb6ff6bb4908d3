package io.connectorkit.lookup;

import io.connectorkit.lookup.LookupWork.Ask;
import io.connectorkit.lookup.LookupWork.BackOff;
import io.connectorkit.lookup.LookupWork.Request;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Which keys are waiting, on their way or backing off, and what is to be sent when. Pure state: no clock, no threads, no
 * I/O; the engine's lock guards it.
 *
 * <p>Times are nano times, which may wrap: only their distances are compared.
 */
final class LookupPlan<K, V> {

    private final int batchEntries;
    private final int maxInFlight;
    private final long lingerNanos;
    private final long requestTimeoutNanos;
    private final long timeoutNanos;

    /** By age, so that the first has the earliest deadline. */
    private final LinkedHashMap<K, Ask<K, V>> asks = new LinkedHashMap<>();

    /** Keys never sent, by age. */
    private final ArrayDeque<Ask<K, V>> queue = new ArrayDeque<>();

    /** Batches that have been sent before and go next: retries that are due and halves of a rejected batch. */
    private final ArrayDeque<List<Ask<K, V>>> again = new ArrayDeque<>();

    private final PriorityQueue<BackOff<K, V>> backOffs;

    /** By age, so that the first has the earliest deadline. */
    private final LinkedHashSet<Request<K, V>> inFlight = new LinkedHashSet<>();

    /** Nothing is sent before: a throttled request asked for a pause. */
    private long pausedUntil;

    LookupPlan(LookupOptions options, long now) {
        this.batchEntries = options.batchEntries();
        this.maxInFlight = options.inFlight();
        this.lingerNanos = options.linger().toNanos();
        this.requestTimeoutNanos = options.requestTimeout().toNanos();
        this.timeoutNanos = options.timeout().toNanos();
        this.pausedUntil = now;
        this.backOffs = new PriorityQueue<>(Comparator.comparingLong(backOff -> backOff.dueAt() - now));
    }

    /** The key if it is waiting, on its way or backing off. */
    @Nullable
    Ask<K, V> find(K key) {
        return asks.get(key);
    }

    void add(Ask<K, V> ask) {
        asks.put(ask.key, ask);
        queue.add(ask);
    }

    /** The key is answered or given up. */
    void finish(Ask<K, V> ask) {
        ask.done = true;
        asks.remove(ask.key);
    }

    /** False when {@code request} was given up before. */
    boolean returned(Request<K, V> request) {
        return inFlight.remove(request);
    }

    void retryAt(long dueAt, List<Ask<K, V>> retried) {
        backOffs.add(new BackOff<>(retried, dueAt));
    }

    void pauseUntil(long time) {
        if (time - pausedUntil > 0) {
            pausedUntil = time;
        }
    }

    /** Both halves go next, each on its own. */
    void halve(List<Ask<K, V>> rejected) {
        int half = rejected.size() / 2;
        again.add(new ArrayList<>(rejected.subList(0, half)));
        again.add(new ArrayList<>(rejected.subList(half, rejected.size())));
    }

    /** The next request that is to be sent now; it counts as in flight. */
    @Nullable
    Request<K, V> nextRequest(long now) {
        for (BackOff<K, V> next = backOffs.peek(); next != null && next.dueAt() - now <= 0; next = backOffs.peek()) {
            backOffs.remove();
            again.add(next.asks());
        }
        if (inFlight.size() >= maxInFlight || now - pausedUntil < 0) {
            return null;
        }
        List<Ask<K, V>> batch = nextBatch(now);
        if (batch.isEmpty()) {
            return null;
        }
        for (Ask<K, V> ask : batch) {
            ask.attempts++;
        }
        Request<K, V> request = new Request<>(batch, now);
        inFlight.add(request);
        return request;
    }

    private List<Ask<K, V>> nextBatch(long now) {
        while (!again.isEmpty()) {
            List<Ask<K, V>> batch = live(again.remove());
            if (!batch.isEmpty()) {
                return batch;
            }
        }
        Ask<K, V> oldest = queue.peek();
        boolean due = oldest != null
                && (queue.size() >= batchEntries || inFlight.isEmpty() || now - oldest.askedAt >= lingerNanos);
        List<Ask<K, V>> batch = new ArrayList<>();
        while (due && batch.size() < batchEntries && !queue.isEmpty()) {
            batch.add(queue.remove());
        }
        return batch;
    }

    static <K, V> List<Ask<K, V>> live(List<Ask<K, V>> all) {
        List<Ask<K, V>> live = new ArrayList<>(all.size());
        for (Ask<K, V> ask : all) {
            if (!ask.done) {
                live.add(ask);
            }
        }
        return live;
    }

    /** Gives up and returns the requests past their timeout; their keys stay. */
    List<Request<K, V>> takeOverdue(long now) {
        List<Request<K, V>> overdue = new ArrayList<>();
        for (Request<K, V> request : inFlight) {
            if (now - request.sentAt < requestTimeoutNanos) {
                break;
            }
            overdue.add(request);
        }
        overdue.forEach(inFlight::remove);
        return overdue;
    }

    /** Gives up and returns the keys past their timeout. */
    List<Ask<K, V>> takeLate(long now) {
        List<Ask<K, V>> late = new ArrayList<>();
        for (Ask<K, V> ask : asks.values()) {
            if (now - ask.askedAt < timeoutNanos) {
                break;
            }
            late.add(ask);
        }
        if (!late.isEmpty()) {
            late.forEach(this::finish);
            queue.removeIf(ask -> ask.done);
        }
        return late;
    }

    /** Gives up and returns all keys. */
    List<Ask<K, V>> takeAll() {
        List<Ask<K, V>> all = new ArrayList<>(asks.values());
        all.forEach(this::finish);
        queue.clear();
        again.clear();
        backOffs.clear();
        inFlight.clear();
        return all;
    }

    int inFlight() {
        return inFlight.size();
    }

    /** Nanoseconds until the next deadline, back-off, pause or linger ends; negative when nothing is under way. */
    long nanosToNextEvent(long now) {
        if (asks.isEmpty()) {
            return -1;
        }
        long wait = asks.values().iterator().next().askedAt + timeoutNanos - now;
        Iterator<Request<K, V>> oldest = inFlight.iterator();
        if (oldest.hasNext()) {
            wait = Math.min(wait, oldest.next().sentAt + requestTimeoutNanos - now);
        }
        BackOff<K, V> backOff = backOffs.peek();
        if (backOff != null) {
            wait = Math.min(wait, backOff.dueAt() - now);
        }
        Ask<K, V> next = queue.peek();
        if (inFlight.size() < maxInFlight && (next != null || !again.isEmpty())) {
            long due = again.isEmpty() && next != null ? next.askedAt + lingerNanos - now : 0;
            wait = Math.min(wait, Math.max(due, pausedUntil - now));
        }
        return Math.max(wait, 0);
    }
}
