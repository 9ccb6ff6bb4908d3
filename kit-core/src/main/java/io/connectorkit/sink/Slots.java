package io.connectorkit.sink;

import io.connectorkit.change.Change;
import java.util.Arrays;

/**
 * The changes that a writer holds back, known by number: each from its arrival to the moment its turn comes.
 *
 * <p>Made for what a collector and a cache make of it. Everything but the change itself is a primitive in an array, and
 * the changes stand in blocks that are filled in order and replaced by a new array once they are empty: a reference
 * written into an object that is as young as itself needs none of the work of G1's barrier, which for one in an old
 * object was most of a change's way through the writer.
 */
final class Slots<P> {

    /** No slot has this number. */
    static final int NONE = 0;

    private static final int BLOCK_BITS = 9;
    private static final int BLOCK = 1 << BLOCK_BITS;
    private static final int IN_BLOCK = BLOCK - 1;

    /**
     * Blocks empty themselves soon: only changes of a key that keeps failing live long. Looking for room between those is for
     * when they have come to fill so many times the memory that they need.
     */
    static final int SPARSE = Integer.getInteger("x.sparse", 16);

    // What is known of a slot.
    private static final int FACTS = 4;
    private static final int SIZE = 0;
    private static final int ARRIVALS = 1;
    private static final int NEXT = 2;

    /** Only of the first of a lane. */
    private static final int LAST = 3;

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

    /** By number, next to each other: a slot is one line of the cache. */
    private int[] facts = new int[2 * BLOCK * FACTS];

    /** Changes held. */
    int inUse() {
        return inUse;
    }

    /** Takes in a change, the first and last of its lane. */
    int take(Change<P> change, int size) {
        // Some slots are in use in a block that was opened for the room between them.
        while (nextNumber < endNumber && open[nextNumber & IN_BLOCK] != null) {
            nextNumber++;
        }
        if (nextNumber == endNumber) {
            openNext();
        }
        int number = nextNumber++;
        open[number & IN_BLOCK] = change;
        int fact = number * FACTS;
        facts[fact + SIZE] = size;
        facts[fact + ARRIVALS] = 1;
        facts[fact + NEXT] = NONE;
        facts[fact + LAST] = number;
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
            facts = Arrays.copyOf(facts, doubled * BLOCK * FACTS);
        }
        blocks[blockCount] = newBlock(BLOCK);
        return blockCount++;
    }

    // ------------------------------------------------------------------ of one slot

    Change<P> change(int number) {
        return blocks[number >>> BLOCK_BITS][number & IN_BLOCK];
    }

    int size(int number) {
        return facts[number * FACTS + SIZE];
    }

    /** How many arrivals the change stands for: more than 1 only after a {@link Join}. */
    int arrivals(int number) {
        return facts[number * FACTS + ARRIVALS];
    }

    /** Puts another change into the slot. */
    void replace(int number, Change<P> change, int size, int itsArrivals) {
        blocks[number >>> BLOCK_BITS][number & IN_BLOCK] = change;
        facts[number * FACTS + SIZE] = size;
        facts[number * FACTS + ARRIVALS] = itsArrivals;
    }

    // ------------------------------------------------------------------ of the changes of one lane

    /** The change behind this one, or {@link #NONE}. */
    int next(int number) {
        return facts[number * FACTS + NEXT];
    }

    /** The last change of the lane whose first one this is: that one itself, when it is alone. */
    int last(int first) {
        return facts[first * FACTS + LAST];
    }

    /** Puts {@code number} behind all changes of its lane, of which {@code first} is the first. */
    void append(int first, int number) {
        facts[facts[first * FACTS + LAST] * FACTS + NEXT] = number;
        facts[first * FACTS + LAST] = number;
    }

    /** Takes {@code first} from before the changes behind it; the first of them, which there must be, is now the first. */
    int unlinkFirst(int first) {
        int second = facts[first * FACTS + NEXT];
        facts[second * FACTS + LAST] = facts[first * FACTS + LAST];
        return second;
    }

    /** Takes {@code number} from among the changes behind {@code first}. */
    void unlink(int first, int number) {
        int before = first;
        while (facts[before * FACTS + NEXT] != number) {
            before = facts[before * FACTS + NEXT];
        }
        facts[before * FACTS + NEXT] = facts[number * FACTS + NEXT];
        if (facts[first * FACTS + LAST] == number) {
            facts[first * FACTS + LAST] = before;
        }
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
