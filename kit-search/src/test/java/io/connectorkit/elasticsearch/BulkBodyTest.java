package io.connectorkit.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BulkBodyTest {

    private static final int BLOCK = BulkBody.BLOCK_BYTES;

    @Test
    void holdsTextAndDocumentsInOrderWhateverTheirSizes() {
        Random random = new Random(11);
        for (int round = 0; round < 500; round++) {
            int pieces = random.nextInt(30);
            ActionLines lines = new ActionLines(1, 1 + random.nextInt(100));
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            for (int i = 0; i < pieces; i++) {
                byte[] piece = bytes(random, sizes(random));
                if (random.nextBoolean()) {
                    lines.put(piece);
                    expected.writeBytes(piece);
                } else {
                    int start = random.nextInt(3) == 0 ? random.nextInt(piece.length + 1) : 0;
                    lines.document(piece, start);
                    expected.write(piece, start, piece.length - start);
                }
            }
            BulkBody body = lines.finish();
            assertThat(read(body)).as("seed 11, round %d", round).isEqualTo(expected.toByteArray());
            assertThat(read(body)).as("again, seed 11, round %d", round).isEqualTo(expected.toByteArray());
        }
    }

    /** The HTTP client makes a call of the system of every buffer. */
    @Test
    void packsSmallDocumentsIntoFewFullBlocks() {
        ActionLines lines = new ActionLines(1_000, 128);
        byte[] document = new byte[1_000];
        for (int i = 0; i < 1_000; i++) {
            lines.put(new byte[100]);
            lines.document(document, 0);
            lines.put('\n');
        }
        List<Integer> sizes = new ArrayList<>();
        lines.finish().forEach(block -> sizes.add(block.remaining()));
        assertThat(sizes).hasSize(1_101_000 / BLOCK + 1);
        assertThat(sizes.subList(0, sizes.size() - 1)).containsOnly(BLOCK);
    }

    @Test
    void copiesNoDocumentOfABlockOrMore() {
        ActionLines lines = new ActionLines(1, 128);
        byte[] large = new byte[3 * BLOCK];
        lines.put('a');
        lines.document(large, 0);
        lines.put('b');
        List<byte[]> arrays = new ArrayList<>();
        lines.finish().forEach(block -> arrays.add(block.array()));
        assertThat(arrays).hasSize(3);
        assertThat(arrays.get(1)).isSameAs(large);
    }

    @Test
    void endsAndSaysSo() {
        Iterator<ByteBuffer> none = new ActionLines(1, 128).finish().iterator();
        assertThat(none.hasNext()).isFalse();
        assertThatThrownBy(none::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void writesAnyNumber() {
        for (long number : new long[] {0, 9, 10, 99, 100, 1_234_567_890_123L, Long.MAX_VALUE - 1, Long.MAX_VALUE}) {
            ActionLines lines = new ActionLines(1, 1);
            lines.put(number);
            assertThat(read(lines.finish())).asString().isEqualTo(Long.toString(number));
        }
    }

    private static int sizes(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> BLOCK - 1 + random.nextInt(3);
            case 2 -> random.nextInt(3 * BLOCK);
            default -> random.nextInt(2_000);
        };
    }

    private static byte[] bytes(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] read(BulkBody body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (ByteBuffer block : body) {
            out.write(block.array(), block.arrayOffset() + block.position(), block.remaining());
        }
        return out.toByteArray();
    }
}
