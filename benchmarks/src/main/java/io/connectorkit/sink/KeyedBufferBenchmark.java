package io.connectorkit.sink;

import io.connectorkit.benchmarks.contest.Against;
import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The buffer behind the writer with so many keys held in batches of 500, beside a HashMap and a queue that do no more than
 * keep keys apart: one batch in, one out, keys at random. For each change.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@Against(value = "PLAIN", param = "by")
public class KeyedBufferBenchmark {

    /** Which buffer. */
    public enum By {
        PLAIN,
        KIT
    }

    @Param
    public By by;

    public static final int BATCH = 500;

    @Param({"1000", "25000", "1000000"})
    public int held;

    private final ChangeVersion version = ChangeVersion.of(1);
    private final byte[] payload = new byte[100];
    private final ArrayDeque<Pack<byte[]>> flying = new ArrayDeque<>();
    private ChangeBuffer<byte[]> buffer;
    private HashMap<ChangeKey, Change<byte[]>> byKey;
    private ArrayDeque<ChangeKey> queue;
    private long id;
    private long stride;

    @Setup
    public void fill() {
        buffer = new ChangeBuffer<>(Ordering.COALESCE, WriteMode.NEWEST_WINS, null, held + BATCH);
        buffer.limit(BATCH, Long.MAX_VALUE);
        byKey = new HashMap<>();
        queue = new ArrayDeque<>();
        stride = new SplittableRandom(1).nextLong() | 1;
        for (int i = 0; i < held / BATCH; i++) {
            if (by == By.KIT) {
                flying.add(nextPack());
            } else {
                addPlain();
            }
        }
    }

    private Change<byte[]> next() {
        // All different, in no order.
        return new Change.Upsert<>(ChangeKey.of(id += stride), version, payload);
    }

    private Pack<byte[]> nextPack() {
        for (int i = 0; i < BATCH; i++) {
            buffer.add(next(), payload.length, 0);
        }
        buffer.admit();
        return buffer.take();
    }

    private void addPlain() {
        for (int i = 0; i < BATCH; i++) {
            Change<byte[]> change = next();
            byKey.put(change.key(), change);
            queue.add(change.key());
        }
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int inAndOut() {
        if (by == By.PLAIN) {
            addPlain();
            for (int i = 0; i < BATCH; i++) {
                byKey.remove(queue.remove());
            }
            return byKey.size();
        }
        flying.add(nextPack());
        Pack<byte[]> settled = flying.remove();
        buffer.settleAll(settled, 0);
        buffer.recycle(settled);
        return buffer.entries();
    }
}
