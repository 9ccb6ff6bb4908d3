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

    private static final int RESERVED = 8;

    private final Slots<Integer> slots = new Slots<>(RESERVED);

    @Test
    void everyNumberIsOneChangeUntilItIsGivenBack() {
        SplittableRandom random = new SplittableRandom(1);
        Map<Integer, Change<Integer>> held = new HashMap<>();
        List<Integer> numbers = new ArrayList<>();
        for (int step = 0; step < 100_000; step++) {
            if (numbers.isEmpty() || random.nextInt(1000) < (step / 20_000 % 2 == 0 ? 600 : 400)) {
                Change<Integer> change = change(step);
                int number = slots.take(change, step);
                assertThat(number).isNotEqualTo(Slots.NONE);
                assertThat(held.put(number, change))
                        .as("number %d is given twice", number)
                        .isNull();
                assertThat(slots.size(number)).isEqualTo(step);
                assertThat(slots.arrivals(number)).isEqualTo(1);
                assertThat(slots.next(number)).isEqualTo(Slots.NONE);
                numbers.add(number);
            } else {
                int at = random.nextInt(numbers.size());
                int number = numbers.set(at, numbers.get(numbers.size() - 1));
                numbers.remove(numbers.size() - 1);
                Change<Integer> change = held.remove(number);
                assertThat(slots.change(number)).isSameAs(change);
                slots.giveBack(number);
            }
        }
    }

    @Test
    void thereIsRoomForLessThanTwiceAsManyAsWereEverHeld() {
        ArrayDeque<Integer> held = new ArrayDeque<>();
        int most = 0;
        for (int i = 0; i < 100_000; i++) {
            held.add(slots.take(change(i), 1));
            most = Math.max(most, held.size());
            while (held.size() > 1_000 + i / 1_000) {
                slots.giveBack(held.remove());
            }
        }
        assertThat(slots.inUse()).isEqualTo(held.size());
        assertThat(slots.capacity()).isLessThan(2 * (most + RESERVED));
    }

    @Test
    void aReservedSlotIsNeverTakenAndHasNoMemoryOfWhatWasThere() {
        slots.put(3, change(30), 7);
        int behind = slots.take(change(31), 8);
        slots.append(3, behind);
        slots.moveUp(3);
        assertThat(chain(3)).containsExactly(31);
        assertThat(slots.last(3)).isEqualTo(3);
        assertThat(slots.size(3)).isEqualTo(8);
        slots.empty(3);
        assertThat(slots.unseen(3)).isNull();
        assertThat(slots.inUse()).isZero();
        slots.put(3, change(32), 9);
        assertThat(chain(3)).containsExactly(32);
        for (int i = 0; i < 100; i++) {
            assertThat(slots.take(change(i), 1)).isGreaterThanOrEqualTo(RESERVED);
        }
    }

    @Test
    void theThirdOfALaneStaysBehindTheSecondThatMovesUp() {
        slots.put(5, change(1), 1);
        for (int i = 2; i <= 3; i++) {
            slots.append(5, slots.take(change(i), i));
        }
        slots.moveUp(5);
        assertThat(chain(5)).containsExactly(2, 3);
        assertThat(slots.change(slots.last(5))).isEqualTo(change(3));
    }

    @Test
    void changesOfALaneStandInOrderBehindItsFirst() {
        int[] numbers = new int[4];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = slots.take(change(i), 1);
            if (i > 0) {
                slots.append(numbers[0], numbers[i]);
            }
            assertThat(slots.last(numbers[0])).isEqualTo(numbers[i]);
        }
        assertThat(chain(numbers[0])).containsExactly(0, 1, 2, 3);
        slots.unlink(numbers[0], numbers[2]);
        assertThat(chain(numbers[0])).containsExactly(0, 1, 3);
        slots.unlink(numbers[0], numbers[3]);
        assertThat(chain(numbers[0])).containsExactly(0, 1);
        assertThat(slots.last(numbers[0])).isEqualTo(numbers[1]);
        slots.moveUp(numbers[0]);
        assertThat(chain(numbers[0])).containsExactly(1);
        assertThat(slots.last(numbers[0])).isEqualTo(numbers[0]);
    }

    private List<Integer> chain(int first) {
        List<Integer> payloads = new ArrayList<>();
        for (int number = first; number != Slots.NONE; number = slots.next(number)) {
            payloads.add(((Change.Upsert<Integer>) slots.change(number)).payload());
        }
        return payloads;
    }

    @Test
    void aReplacedChangeBringsItsSizeAndItsArrivals() {
        int number = slots.take(change(1), 10);
        slots.replace(number, change(2), 30, 2);
        assertThat(slots.arrivals(number)).isEqualTo(2);
        assertThat(slots.size(number)).isEqualTo(30);
        assertThat(slots.change(number)).isEqualTo(change(2));
    }

    private static Change<Integer> change(int payload) {
        return new Change.Upsert<>(ChangeKey.of(payload), null, payload);
    }
}
