package io.connectorkit.sink;

import io.connectorkit.change.Change;
import io.connectorkit.failure.DeadLetter;
import io.connectorkit.failure.DeadLetterBudget;
import java.io.IOException;
import java.util.ArrayDeque;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.metrics.Counter;
import org.jspecify.annotations.Nullable;

/**
 * Turns rejected changes into dead letters and writes them to the dead-letter sink's writer.
 *
 * <p>That writer may give the thread away, and then further answers of the destination are dealt with in between: letters
 * are therefore queued first, and written by one loop at a time when the outer writer's state is whole.
 */
final class DeadLetterQueue<T, P> implements Rejections<T, P> {

    private final String name;
    private final PayloadCodec<P> codec;
    private final TypeSerializer<T> serializer;
    private final SinkWriter<DeadLetter> writer;
    private final ProcessingTimeService clock;
    private final BudgetMeter meter;
    private final Counter written;
    private final ArrayDeque<DeadLetter> letters = new ArrayDeque<>();
    private boolean forwarding;

    DeadLetterQueue(
            String name,
            PayloadCodec<P> codec,
            TypeSerializer<T> serializer,
            SinkWriter<DeadLetter> writer,
            DeadLetterBudget budget,
            ProcessingTimeService clock,
            Counter written) {
        this.name = name;
        this.codec = codec;
        this.serializer = serializer;
        this.writer = writer;
        this.clock = clock;
        this.meter = new BudgetMeter(budget);
        this.written = written;
    }

    @Override
    public void unreadable(T record, Exception cause) throws IOException, InterruptedException {
        DataOutputSerializer out = new DataOutputSerializer(256);
        serializer.serialize(record, out);
        add(DeadLetter.unreadable(name, out.getCopyOfBuffer(), cause, clock.getCurrentProcessingTime()));
        forward();
    }

    @Override
    public void rejected(Change<P> change, int attempts, Throwable cause) throws IOException {
        byte[] payload = change instanceof Change.Upsert<P> upsert ? codec.encode(upsert.payload()) : new byte[0];
        add(DeadLetter.of(name, change, payload, cause, attempts, clock.getCurrentProcessingTime()));
    }

    private void add(DeadLetter letter) throws IOException {
        meter.letter(letter, clock.getCurrentProcessingTime());
        letters.add(letter);
    }

    @Override
    public void accepted(int count) {
        meter.accepted(count);
    }

    @Override
    public void forward() throws IOException, InterruptedException {
        if (forwarding || letters.isEmpty()) {
            return;
        }
        forwarding = true;
        try {
            for (DeadLetter letter = letters.poll(); letter != null; letter = letters.poll()) {
                writer.write(letter, NO_EVENT_TIME);
                written.inc();
            }
        } finally {
            forwarding = false;
        }
    }

    private static final SinkWriter.Context NO_EVENT_TIME = new SinkWriter.Context() {
        @Override
        public long currentWatermark() {
            return Long.MIN_VALUE;
        }

        @Override
        public @Nullable Long timestamp() {
            return null;
        }
    };
}
