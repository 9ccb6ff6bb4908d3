package io.connectorkit.sink;

/** A double-ended queue of slot numbers. */
final class SlotQueue {

    private int[] numbers = new int[64];
    private int head;
    private int size;

    int size() {
        return size;
    }

    void addLast(int number) {
        growIfFull();
        numbers[(head + size++) & (numbers.length - 1)] = number;
    }

    void addFirst(int number) {
        growIfFull();
        head = (head - 1) & (numbers.length - 1);
        numbers[head] = number;
        size++;
    }

    /** The first number; {@link SlotPool#NONE} when empty. */
    int peekFirst() {
        return size == 0 ? Slots.NONE : numbers[head];
    }

    void removeFirst() {
        head = (head + 1) & (numbers.length - 1);
        size--;
    }

    private void growIfFull() {
        if (size == numbers.length) {
            int[] grown = new int[size * 2];
            int tail = size - head;
            System.arraycopy(numbers, head, grown, 0, tail);
            System.arraycopy(numbers, 0, grown, tail, head);
            numbers = grown;
            head = 0;
        }
    }
}
