package io.connectorkit.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SlotsTest {

    private final Slots<Integer> slots = new Slots<>();

    @Test
    void everyNumberIsOneChangeUntilItIsGivenBack() {
        SplittableRandom random = new SplittableRandom(1);
        Map<Integer, Change<Integer>> held = new HashMap<>();
        List<Integer> numbers = new ArrayList<>();
        for (int step = 0; step < 100_000; step++) {
            if (numbers.isEmpty() || random.nextInt(1000) < (step / 20_000 % 2 == 0 ? 600 : 400)) {
                Change<Integer> change = change(step);
                int number = slots.take(change, step, 0);
                assertThat(number).isNotEqualTo(Slots.NONE);
                assertThat(held.put(number, change))
                        .as("number %d is given twice", number)
                        .isNull();
                assertThat(slots.attempts(number)).isZero();
                assertThat(slots.arrivals(number)).isEqualTo(1);
                assertThat(slots.next(number)).isEqualTo(Slots.NONE);
                slots.attempts(number, step % 100);
                slots.state(number, Slots.DELAYED);
                numbers.add(number);
            } else {
                int at = random.nextInt(numbers.size());
                int number = numbers.set(at, numbers.get(numbers.size() - 1));
                numbers.remove(numbers.size() - 1);
                Change<Integer> change = held.remove(number);
                assertThat(slots.change(number)).isSameAs(change);
                assertThat(slots.attempts(number)).isEqualTo(slots.bytes(number) % 100);
                slots.giveBack(number);
            }
        }
    }

    @Test
    void fewStragglersAmongManyDoNotKeepEveryBlock() {
        ArrayDeque<Integer> flying = new ArrayDeque<>();
        ArrayDeque<Integer> stragglers = new ArrayDeque<>();
        int most = 0;
        for (int i = 0; i < 2_000_000; i++) {
            flying.add(slots.take(change(i), 1, 0));
            if (flying.size() > 1_000) {
                int settled = flying.remove();
                // One in a block's length or so fails and waits for long.
                if (i % 500 == 0) {
                    stragglers.add(settled);
                } else {
                    slots.giveBack(settled);
                }
            }
            if (stragglers.size() > 2_000) {
                slots.giveBack(stragglers.remove());
            }
            most = Math.max(most, flying.size() + stragglers.size());
        }
        assertThat(slots.capacity()).isLessThanOrEqualTo(Slots.SPARSE * most + 1024);
    }

    @Test
    void changesOfAKeyStandInOrderBehindItsFirst() {
        int first = slots.take(change(1), 1, 0);
        int second = slots.take(change(2), 1, 0);
        int third = slots.take(change(3), 1, 0);
        slots.append(first, second);
        assertThat(slots.last(first)).isEqualTo(second);
        slots.append(first, third);
        assertThat(slots.next(first)).isEqualTo(second);
        assertThat(slots.last(first)).isEqualTo(third);
        assertThat(slots.removeFirst(first)).isEqualTo(second);
        assertThat(slots.next(second)).isEqualTo(third);
        assertThat(slots.last(second)).isEqualTo(third);
        assertThat(slots.removeFirst(second)).isEqualTo(third);
        assertThat(slots.next(third)).isEqualTo(Slots.NONE);
        assertThat(slots.last(third)).isEqualTo(Slots.NONE);
    }

    @Test
    void aJoinedChangeCountsItsArrivalsAndBytes() {
        int number = slots.take(change(1), 10, 0);
        slots.join(number, change(2), 20);
        slots.join(number, change(3), 30);
        assertThat(slots.arrivals(number)).isEqualTo(3);
        assertThat(slots.bytes(number)).isEqualTo(60);
        assertThat(slots.change(number)).isEqualTo(change(3));
    }

    private static Change<Integer> change(int payload) {
        return new Change.Upsert<>(ChangeKey.of(payload), null, payload);
    }
}
