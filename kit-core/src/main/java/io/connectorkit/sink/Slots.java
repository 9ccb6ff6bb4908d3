package io.connectorkit.sink;

import io.connectorkit.change.Change;
import java.util.Arrays;

/**
 * The changes that a writer holds, known by number: each from its arrival to the moment it is settled.
 *
 * <p>Made for what a collector and a cache make of it. Everything but the change itself is a primitive in an array, and
 * the changes stand in blocks that are filled in order and replaced by a new array once they are empty: a reference
 * written into an object that is as young as itself needs none of the work of G1's barrier, which for one in an old
 * object was most of a change's way through the writer. From arrival to settlement nobody looks into a change again.
 */
final class Slots<P> {

    /** No slot has this number. */
    static final int NONE = 0;

    /** In the ready queue: may go with the next batch. */
    static final int READY = 1;

    /** In a request; later changes of the key are held back. */
    static final int FLYING = 2;

    /** Failed, waiting for its back-off to pass. */
    static final int DELAYED = 3;

    /** Part of a refused batch that is being halved. */
    static final int ISOLATED = 4;

    /** Behind another change of its key. */
    static final int HELD_BACK = 5;

    private static final int STATE = 0b111;

    /** Another change of the key waits behind this one: {@link #next} says which. */
    private static final int FOLLOWED = 0b1000;

    /** The change stands for more than one arrival: {@link #arrivals} says how many. */
    private static final int JOINED = 0b1_0000;

    private static final int ATTEMPTS_SHIFT = 5;

    private static final int BLOCK_BITS = 9;
    private static final int BLOCK = 1 << BLOCK_BITS;
    private static final int IN_BLOCK = BLOCK - 1;

    /**
     * Blocks empty themselves soon: only changes that wait for a back-off live long. Looking for room between those is for
     * when they have come to fill so many times the memory that they need.
     */
    static final int SPARSE = 16;

    /** By block. Numbers of block 0 are never given, so that {@link #NONE} is none of them. */
    private Change<P>[][] blocks = newBlocks(2);

    /** By block: slots in use. */
    private int[] used = new int[2];

    private int blockCount = 1;
    private int[] emptyBlocks = new int[2];
    private int emptyCount;
    private int inUse;

    // The open block: its changes, the next number to give, and the number after its last.
    private int openBlock;
    private Change<P>[] open = newBlock(0);
    private int nextNumber;
    private int endNumber;

    // By number. What only some changes have is there when a flag of the status says so.
    private int[] status = new int[2 * BLOCK];
    private int[] hash = new int[2 * BLOCK];
    private int[] bytes = new int[2 * BLOCK];
    private long[] sinceMillis = new long[2 * BLOCK];
    private int[] arrivals = new int[2 * BLOCK];
    private int[] next = new int[2 * BLOCK];
    private int[] last = new int[2 * BLOCK];

    /** Takes in a change; its state is to be set. */
    int take(Change<P> change, int size, long nowMillis) {
        // Some slots are in use in a block that was opened for the room between them.
        while (nextNumber < endNumber && open[nextNumber & IN_BLOCK] != null) {
            nextNumber++;
        }
        if (nextNumber == endNumber) {
            openNext();
        }
        int number = nextNumber++;
        open[number & IN_BLOCK] = change;
        status[number] = 0;
        bytes[number] = size;
        sinceMillis[number] = nowMillis;
        used[openBlock]++;
        inUse++;
        return number;
    }

    void giveBack(int number) {
        int block = number >>> BLOCK_BITS;
        blocks[block][number & IN_BLOCK] = null;
        inUse--;
        if (--used[block] == 0 && block != openBlock) {
            emptied(block);
        }
    }

    private void emptied(int block) {
        blocks[block] = newBlock(0);
        if (emptyCount == emptyBlocks.length) {
            emptyBlocks = Arrays.copyOf(emptyBlocks, 2 * emptyCount);
        }
        emptyBlocks[emptyCount++] = block;
    }

    /** How many changes there is room for without another block: at most about {@link #SPARSE} times as many as were held. */
    int capacity() {
        return (blockCount - 1) << BLOCK_BITS;
    }

    private void openNext() {
        if (openBlock > 0 && used[openBlock] == 0) {
            emptied(openBlock);
        }
        if (emptyCount > 0) {
            // The last one emptied: its numbers are still in the cache.
            openBlock = emptyBlocks[--emptyCount];
            blocks[openBlock] = newBlock(BLOCK);
        } else if (inUse < capacity() / SPARSE) {
            // Few stragglers in many blocks, as changes that wait for their back-off are.
            openBlock = emptiestBlock();
        } else {
            openBlock = addBlock();
        }
        open = blocks[openBlock];
        nextNumber = openBlock << BLOCK_BITS;
        endNumber = nextNumber + BLOCK;
        while (open[nextNumber & IN_BLOCK] != null) {
            nextNumber++;
        }
    }

    private int emptiestBlock() {
        int emptiest = 1;
        for (int block = 2; block < blockCount; block++) {
            if (used[block] < used[emptiest]) {
                emptiest = block;
            }
        }
        return emptiest;
    }

    private int addBlock() {
        if (blockCount == blocks.length) {
            int doubled = 2 * blockCount;
            blocks = Arrays.copyOf(blocks, doubled);
            used = Arrays.copyOf(used, doubled);
            status = Arrays.copyOf(status, doubled * BLOCK);
            hash = Arrays.copyOf(hash, doubled * BLOCK);
            bytes = Arrays.copyOf(bytes, doubled * BLOCK);
            sinceMillis = Arrays.copyOf(sinceMillis, doubled * BLOCK);
            arrivals = Arrays.copyOf(arrivals, doubled * BLOCK);
            next = Arrays.copyOf(next, doubled * BLOCK);
            last = Arrays.copyOf(last, doubled * BLOCK);
        }
        blocks[blockCount] = newBlock(BLOCK);
        return blockCount++;
    }

    // ------------------------------------------------------------------ of one slot

    Change<P> change(int number) {
        return blocks[number >>> BLOCK_BITS][number & IN_BLOCK];
    }

    int bytes(int number) {
        return bytes[number];
    }

    /** Puts another change into the slot. */
    void replace(int number, Change<P> change, int size) {
        blocks[number >>> BLOCK_BITS][number & IN_BLOCK] = change;
        bytes[number] = size;
    }

    /** Puts a change into the slot that stands for the one in it and for another arrival of {@code size} bytes. */
    void join(int number, Change<P> both, int size) {
        int before = arrivals(number);
        replace(number, both, bytes[number] + size);
        arrivals[number] = before + 1;
        status[number] |= JOINED;
    }

    /** How many arrivals the change stands for: more than 1 only after a {@link Join}. */
    int arrivals(int number) {
        return (status[number] & JOINED) == 0 ? 1 : arrivals[number];
    }

    int state(int number) {
        return status[number] & STATE;
    }

    void state(int number, int state) {
        status[number] = (status[number] & ~STATE) | state;
    }

    /** The key's hash: by the time the change is settled, the key itself is no longer in any cache. */
    int hash(int number) {
        return hash[number];
    }

    void hash(int number, int value) {
        hash[number] = value;
    }

    /** When the change arrived, or became ready once it was held back; in the writer's coarse time. */
    long sinceMillis(int number) {
        return sinceMillis[number];
    }

    void sinceMillis(int number, long millis) {
        sinceMillis[number] = millis;
    }

    /** Failed attempts since the key's last success. */
    int attempts(int number) {
        return status[number] >>> ATTEMPTS_SHIFT;
    }

    void attempts(int number, int attempts) {
        status[number] = (status[number] & ~(-1 << ATTEMPTS_SHIFT)) | (attempts << ATTEMPTS_SHIFT);
    }

    // ------------------------------------------------------------------ of the changes of one key

    /** The change behind this one, or {@link #NONE}. */
    int next(int number) {
        return (status[number] & FOLLOWED) == 0 ? NONE : next[number];
    }

    /** The last change behind this one, the first of its key; or {@link #NONE}. */
    int last(int first) {
        return (status[first] & FOLLOWED) == 0 ? NONE : last[first];
    }

    /** Puts {@code number} behind all changes of its key, of which {@code first} is the first. */
    void append(int first, int number) {
        int end = last(first);
        int before = end == NONE ? first : end;
        next[before] = number;
        status[before] |= FOLLOWED;
        last[first] = number;
    }

    /** Takes {@code first} from before the changes behind it; the first of them, which there must be, is now the first. */
    int removeFirst(int first) {
        int second = next[first];
        last[second] = last[first];
        return second;
    }

    /** Takes the one change behind {@code first} away. */
    void removeLater(int first) {
        status[first] &= ~FOLLOWED;
    }

    @SuppressWarnings("unchecked") // An array of a generic type has no other way.
    private static <P> Change<P>[] newBlock(int length) {
        return (Change<P>[]) new Change<?>[length];
    }

    @SuppressWarnings("unchecked") // An array of a generic type has no other way.
    private static <P> Change<P>[][] newBlocks(int length) {
        return (Change<P>[][]) new Change<?>[length][];
    }
}
