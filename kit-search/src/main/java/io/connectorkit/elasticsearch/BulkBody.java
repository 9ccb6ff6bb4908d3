package io.connectorkit.elasticsearch;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * The body of a bulk request: text, with documents between its parts.
 *
 * <p>Comes in blocks, each gone before the next is asked for, in one buffer that is filled again and again. The HTTP
 * client makes a chunk and a call of the system of every buffer: with one for each document they cost more than copying.
 * Documents of a block or more are buffers of their own, not copied. Each iteration starts anew, for a request may be
 * written twice.
 */
final class BulkBody implements Iterable<ByteBuffer> {

    /** A few writes of what a socket takes at once. */
    static final int BLOCK_BYTES = 32 * 1024;

    private final byte[] text;
    private final int length;
    private final byte[][] documents;
    private final int[] starts;
    private final int[] places;
    private final int count;

    /**
     * @param length of the text
     * @param starts where in its bytes each document starts
     * @param places where in the text each document stands, in order
     * @param count of documents
     */
    BulkBody(byte[] text, int length, byte[][] documents, int[] starts, int[] places, int count) {
        this.text = text;
        this.length = length;
        this.documents = documents;
        this.starts = starts;
        this.places = places;
        this.count = count;
    }

    @Override
    public Iterator<ByteBuffer> iterator() {
        return new Blocks();
    }

    /** Pieces are numbered: text before document 0, document 0, text before document 1 and so on, text after the last. */
    private final class Blocks implements Iterator<ByteBuffer> {

        private byte[] block = {};
        private int piece;

        /** Of {@code piece}, what is in blocks already. */
        private int done;

        Blocks() {
            skipEmpty();
        }

        @Override
        public boolean hasNext() {
            return piece <= 2 * count;
        }

        @Override
        public ByteBuffer next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            if (remaining() >= BLOCK_BYTES) {
                ByteBuffer whole = ByteBuffer.wrap(bytes(), from() + done, remaining());
                advance(remaining());
                return whole;
            }
            if (block.length == 0) {
                block = new byte[BLOCK_BYTES];
            }
            int filled = 0;
            while (hasNext() && filled < BLOCK_BYTES && remaining() < BLOCK_BYTES) {
                int more = Math.min(remaining(), BLOCK_BYTES - filled);
                System.arraycopy(bytes(), from() + done, block, filled, more);
                filled += more;
                advance(more);
            }
            return ByteBuffer.wrap(block, 0, filled);
        }

        private void advance(int bytes) {
            done += bytes;
            skipEmpty();
        }

        private void skipEmpty() {
            while (hasNext() && remaining() == 0) {
                piece++;
                done = 0;
            }
        }

        private boolean isDocument() {
            return (piece & 1) == 1;
        }

        private byte[] bytes() {
            return isDocument() ? documents[piece >> 1] : text;
        }

        private int from() {
            int index = piece >> 1;
            return isDocument() ? starts[index] : index == 0 ? 0 : places[index - 1];
        }

        private int remaining() {
            int index = piece >> 1;
            int end = isDocument() ? documents[index].length : index == count ? length : places[index];
            return end - from() - done;
        }
    }
}
