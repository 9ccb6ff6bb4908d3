package io.connectorkit.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The buffer against a random writer that sends, settles, delays and halves; with keys that share a lane. */
class ChangeBufferTest {

    private static final int MOST_BYTES = 120;

    /** Strings with one and the same hash: "Aa" and "BB" have, and so has every row of them. */
    private static final List<String> TWINS = List.of("AaAaAa", "AaAaBB", "AaBBAa", "AaBBBB", "BBAaAa", "BBAaBB");

    private final SplittableRandom random = new SplittableRandom(11);
    private final ArrayDeque<Pack<List<Long>>> flying = new ArrayDeque<>();
    private final Set<ChangeKey> keysInFlight = new HashSet<>();
    private final Map<ChangeKey, List<Long>> arrived = new HashMap<>();
    private final Map<ChangeKey, List<Long>> settled = new HashMap<>();
    private final Map<ChangeKey, Integer> failures = new HashMap<>();
    private ChangeBuffer<List<Long>> buffer;
    private Ordering ordering;
    private int batchEntries;
    private long now;
    private int allowedEntries;
    private long allowedBytes;
    private int offered;

    @ParameterizedTest
    @EnumSource(Ordering.class)
    void aKeyHasOneChangeInFlightAndItsChangesInOrderWhateverHappens(Ordering ordering) {
        run(ordering, null);
        if (ordering == Ordering.COALESCE) {
            // Each key ends with its newest, none goes back, and few of the hot keys' were sent.
            settled.forEach((key, values) -> assertThat(values)
                    .isSorted()
                    .doesNotHaveDuplicates()
                    .last()
                    .isEqualTo(arrived.get(key).get(arrived.get(key).size() - 1)));
            assertThat(buffer.coalesced())
                    .isEqualTo(count(arrived) - count(settled))
                    .isPositive();
        } else if (ordering == Ordering.FIFO) {
            assertThat(settled).isEqualTo(arrived);
        } else {
            settled.values().forEach(values -> values.sort(null));
            assertThat(settled).isEqualTo(arrived);
        }
    }

    @Test
    void joinedChangesArriveTogetherAndInOrder() {
        run(Ordering.FIFO, (first, next) -> {
            List<Long> both = new ArrayList<>(payload(first));
            both.addAll(payload(next));
            return both.size() > 5 ? null : new Change.Upsert<>(first.key(), null, both);
        });
        assertThat(settled).isEqualTo(arrived);
    }

    @Test
    void changesOfOtherKeysStayInTheOrderOfTheirArrivalWhenSomeHaveToWait() {
        buffer = new ChangeBuffer<>(Ordering.COALESCE, WriteMode.NEWEST_WINS, null, 100);
        buffer.limit(10, 1_000);
        long sequence = 0;
        for (String name : "a b a c d a b e f".split(" ")) {
            buffer.add(new Change.Upsert<>(ChangeKey.of(name), ChangeVersion.of(++sequence), List.of(sequence)), 1, 0);
        }
        buffer.admit();
        Pack<List<Long>> pack = buffer.take();
        assertThat(IntStream.range(0, pack.count()).mapToObj(i -> payload(pack.change(i))))
                .containsExactly(List.of(6L), List.of(7L), List.of(4L), List.of(5L), List.of(8L), List.of(9L));
    }

    @Test
    void moreIsAllowedThanTheOpenBatchTakes() {
        buffer = new ChangeBuffer<>(Ordering.COALESCE, WriteMode.NEWEST_WINS, null, 10_000);
        buffer.limit(1_000, 1_000);
        int offered = 0;
        for (long sequence = 1; sequence <= 900; sequence++) {
            Change<List<Long>> change =
                    new Change.Upsert<>(ChangeKey.of("hot"), ChangeVersion.of(sequence), List.of(sequence));
            if (buffer.offer(change, 1)) {
                offered++;
            } else {
                buffer.add(change, 1, 0);
                buffer.allow(10_000, 10_000);
            }
        }
        assertThat(offered).isGreaterThan(800);
        buffer.add(new Change.Upsert<>(ChangeKey.of("large"), null, List.of()), 900, 0);
        buffer.allow(10_000, 10_000);
        Change<List<Long>> tooLarge = new Change.Upsert<>(ChangeKey.of("larger"), null, List.of());
        assertThat(buffer.offer(tooLarge, 200))
                .as("only 1,000 bytes in a batch")
                .isFalse();
        buffer.admit();
        assertThat(buffer.entries()).as("hot, hot that waits, large").isEqualTo(3);
    }

    private void run(Ordering ordering, Join<List<Long>> join) {
        this.ordering = ordering;
        buffer = new ChangeBuffer<>(ordering, WriteMode.NEWEST_WINS, join, 500);
        limit();
        for (int step = 0; step < 60_000; step++) {
            now += random.nextInt(2);
            buffer.wake(now);
            switch (random.nextInt(12)) {
                case 0 -> limit();
                case 1 -> answer();
                case 2 -> send();
                default -> arrive(step);
            }
            if (buffer.entries() > 400) {
                drainTo(300);
            }
        }
        drainTo(0);
        assertThat(offered).isGreaterThan(10_000);
        assertThat(buffer.bytes()).isZero();
        assertThat(buffer.readyEntries()).isZero();
        assertThat(buffer.readyBytes()).isZero();
        assertThat(buffer.heldBackEntries()).isZero();
        assertThat(buffer.heldBackKeys()).isZero();
        assertThat(keysInFlight).isEmpty();
    }

    private void limit() {
        batchEntries = 1 + random.nextInt(20);
        buffer.limit(batchEntries, MOST_BYTES);
    }

    private void arrive(long sequence) {
        // Few hot keys, some that share a lane, many others.
        String name =
                random.nextInt(3) == 0 ? TWINS.get(random.nextInt(6)) : "k" + random.nextInt(1 + random.nextInt(200));
        ChangeKey key = ChangeKey.of(name);
        arrived.computeIfAbsent(key, k -> new ArrayList<>()).add(sequence);
        Change<List<Long>> change = new Change.Upsert<>(key, ChangeVersion.of(sequence), List.of(sequence));
        int size = 1 + random.nextInt(30);
        int entries = buffer.entries();
        if (buffer.offer(change, size)) {
            assertThat(buffer.entries()).isBetween(entries, entries + 1).isLessThanOrEqualTo(allowedEntries);
            assertThat(buffer.bytes()).isLessThanOrEqualTo(allowedBytes);
            offered++;
        } else {
            buffer.add(change, size, now);
            int most = random.nextInt(20);
            int mostBytes = random.nextInt(200);
            allowedEntries = buffer.entries() + most;
            allowedBytes = buffer.bytes() + mostBytes;
            buffer.allow(most, mostBytes);
        }
    }

    private void send() {
        buffer.admit();
        Pack<List<Long>> pack;
        if (buffer.hasIsolated()) {
            pack = buffer.takeIsolated();
        } else if (buffer.readyEntries() > 0) {
            pack = buffer.take();
            assertThat(pack.count()).isBetween(1, batchEntries);
        } else {
            return;
        }
        assertThat(pack.bytes())
                .isEqualTo(
                        IntStream.range(0, pack.count()).mapToLong(pack::size).sum());
        assertThat(pack.count() == 1 || pack.bytes() <= MOST_BYTES)
                .as("%d changes of %d bytes", pack.count(), pack.bytes())
                .isTrue();
        for (int i = 0; i < pack.count(); i++) {
            ChangeKey key = pack.change(i).key();
            assertThat(keysInFlight.add(key) || ordering == Ordering.NONE)
                    .as("%s is in flight once", key)
                    .isTrue();
            if (ordering != Ordering.NONE) {
                assertThat(pack.attempts(i)).as("attempts of %s", key).isEqualTo(failures.getOrDefault(key, 0));
            }
        }
        flying.add(pack);
    }

    private void answer() {
        if (flying.isEmpty()) {
            return;
        }
        // Requests are not answered in their order.
        for (int turns = random.nextInt(flying.size()); turns > 0; turns--) {
            flying.add(flying.remove());
        }
        Pack<List<Long>> pack = flying.remove();
        for (int i = 0; i < pack.count(); i++) {
            keysInFlight.remove(pack.change(i).key());
        }
        switch (random.nextInt(5)) {
            case 0 -> refuse(pack);
            case 1, 2 -> settleSome(pack);
            default -> {
                for (int i = 0; i < pack.count(); i++) {
                    delivered(pack, i);
                }
                buffer.settleAll(pack, now);
            }
        }
        buffer.recycle(pack);
    }

    private void settleSome(Pack<List<Long>> pack) {
        Pack<List<Long>> again = new Pack<>(pack.count(), pack.sinceMillis());
        for (int i = 0; i < pack.count(); i++) {
            if (random.nextInt(3) == 0) {
                failures.merge(pack.change(i).key(), 1, Integer::sum);
                again.add(pack, i, pack.attempts(i) + 1);
            } else {
                delivered(pack, i);
                buffer.settle(pack, i, now);
            }
        }
        if (again.count() > 0) {
            buffer.delay(again, now + random.nextInt(50));
        }
    }

    private void refuse(Pack<List<Long>> pack) {
        if (pack.count() > 1) {
            buffer.isolate(pack);
        } else {
            delivered(pack, 0);
            buffer.settle(pack, 0, now);
        }
    }

    private void delivered(Pack<List<Long>> pack, int index) {
        failures.remove(pack.change(index).key());
        assertThat(payload(pack.change(index))).hasSize(pack.arrivals(index));
        settled.computeIfAbsent(pack.change(index).key(), k -> new ArrayList<>())
                .addAll(payload(pack.change(index)));
    }

    private void drainTo(int entries) {
        long until = now + 10_000;
        while (buffer.entries() > entries) {
            assertThat(now++).as("%d changes are never sent", buffer.entries()).isLessThan(until);
            buffer.wake(now);
            send();
            answer();
        }
    }

    private static List<Long> payload(Change<List<Long>> change) {
        return ((Change.Upsert<List<Long>>) change).payload();
    }

    private static long count(Map<ChangeKey, List<Long>> values) {
        return values.values().stream().mapToLong(List::size).sum();
    }
}
