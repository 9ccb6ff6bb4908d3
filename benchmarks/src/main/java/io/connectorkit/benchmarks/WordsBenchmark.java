package io.connectorkit.benchmarks;

import io.connectorkit.benchmarks.contest.Against;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeTypes;
import io.connectorkit.change.ChangeVersion;
import java.io.IOException;
import java.math.BigInteger;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Keys and versions, as they are made, compared and written, beside what a job without the kit would use: text. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@Against(value = "PLAIN", param = "by")
public class WordsBenchmark {

    /** Whose types. */
    public enum By {
        PLAIN,
        KIT
    }

    @Param
    public By by;

    private static final int MASK = 1_023;

    private final String[] customers = new String[MASK + 1];
    private final String[] texts = new String[MASK + 1];
    private final ChangeKey[] keys = new ChangeKey[MASK + 1];
    private final String[] sequenceNumbers = new String[MASK + 1];
    private final DataOutputSerializer out = new DataOutputSerializer(64);
    private final DataInputDeserializer in = new DataInputDeserializer();
    private final TypeSerializer<ChangeKey> serializer = ChangeTypes.key().createSerializer(new SerializerConfigImpl());
    private int next;

    @Setup
    public void make() {
        for (int i = 0; i <= MASK; i++) {
            customers[i] = "customer-" + i * 7919;
            keys[i] = ChangeKey.of(customers[i], i);
            texts[i] = keys[i].text();
            // As DynamoDB's: 21 digits.
            sequenceNumbers[i] = "100000000000" + (100_000_000L + i * 7919L);
        }
    }

    private int next() {
        return next++ & MASK;
    }

    /** A key of two parts, as text for a store. */
    @Benchmark
    public String keyToText() {
        int i = next();
        return by == By.KIT ? ChangeKey.of(customers[i], (long) i).text() : customers[i] + "|" + i;
    }

    /** Back again. */
    @Benchmark
    public Object textToKey() {
        String text = texts[next()];
        if (by == By.KIT) {
            return ChangeKey.parse(text);
        }
        int bar = text.indexOf('|');
        return new Object[] {text.substring(0, bar), Long.parseLong(text, bar + 1, text.length(), 10)};
    }

    /** A key and its copy, as a table of keys compares them. */
    @Benchmark
    public boolean keyEquals() {
        int i = next();
        return by == By.KIT
                ? ChangeKey.of(customers[i], (long) i).equals(keys[i])
                : (customers[i] + "|" + i).equals(texts[i]);
    }

    /** Through Flink's network and back. */
    @Benchmark
    public Object keySerialized() throws IOException {
        int i = next();
        out.clear();
        if (by == By.KIT) {
            serializer.serialize(keys[i], out);
            in.setBuffer(out.getSharedBuffer(), 0, out.length());
            return serializer.deserialize(in);
        }
        StringSerializer.INSTANCE.serialize(texts[i], out);
        in.setBuffer(out.getSharedBuffer(), 0, out.length());
        return StringSerializer.INSTANCE.deserialize(in);
    }

    /** Two sequence numbers from their digits, compared. */
    @Benchmark
    public int versionsCompared() {
        String first = sequenceNumbers[next()];
        String second = sequenceNumbers[next()];
        return by == By.KIT
                ? ChangeVersion.of(first).compareTo(ChangeVersion.of(second))
                : new BigInteger(first).compareTo(new BigInteger(second));
    }
}
