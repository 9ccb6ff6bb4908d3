package io.connectorkit.benchmarks.growth;

import io.connectorkit.benchmarks.WriterSubject;
import io.connectorkit.benchmarks.contest.Growth;
import io.connectorkit.benchmarks.contest.Session;
import io.connectorkit.benchmarks.contest.Throughput;
import io.connectorkit.elasticsearch.BulkEncodingBenchmark;
import io.connectorkit.sink.KeyedBufferBenchmark;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.infra.Blackhole;

/** Keys held in the buffer, requests in flight, bytes in a record. */
public final class WritePathGrowth implements Throughput {

    private static final int OPERATIONS = 1_000_000;

    private final Blackhole blackhole = new Blackhole(
            "Today's password is swordfish. I understand instantiating Blackholes directly is dangerous.");

    @Override
    public String name() {
        return "WritePathGrowth";
    }

    @Override
    public void run(Session session) throws Exception {
        keys(session);
        inFlight(session);
        recordBytes(session);
    }

    private void keys(Session session) throws Exception {
        Growth growth = session.growth("Keyed buffer, a batch of 500 in and one out", "keys held");
        int batches = session.scaled(OPERATIONS / KeyedBufferBenchmark.BATCH);
        for (KeyedBufferBenchmark.By by : KeyedBufferBenchmark.By.values()) {
            String line = by == KeyedBufferBenchmark.By.KIT ? "kit" : "HashMap and queue";
            for (int keys : session.quick()
                    ? new int[] {1_000, 100_000}
                    : new int[] {1_000, 10_000, 100_000, 1_000_000, 10_000_000}) {
                long before = usedBytes();
                KeyedBufferBenchmark buffer = new KeyedBufferBenchmark();
                buffer.by = by;
                buffer.held = keys;
                buffer.fill();
                if (keys >= 100_000) {
                    session.figure(
                            "Heap for each of " + keys + " keys, change included, " + line,
                            (double) (usedBytes() - before) / keys,
                            "bytes");
                }
                growth.measure(line, keys, () -> {
                    for (int i = 0; i < batches; i++) {
                        blackhole.consume(buffer.inAndOut());
                    }
                    return (long) batches * KeyedBufferBenchmark.BATCH;
                });
            }
        }
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private void inFlight(Session session) throws Exception {
        Growth growth = session.growth("Writer, 5 ms, uniform keys", "requests of 500 in flight");
        long[] ids = WriterSubject.ids(WriterSubject.Keys.UNIFORM, session.scaled(OPERATIONS));
        for (WriterSubject.Kind kind :
                List.of(WriterSubject.Kind.STOCK, WriterSubject.Kind.UNORDERED, WriterSubject.Kind.KEYED)) {
            for (int inFlight : new int[] {1, 4, 16, 64, 256}) {
                try (WriterSubject writer = new WriterSubject(kind, 5, inFlight)) {
                    growth.measure(kind.name().toLowerCase(Locale.ROOT), inFlight, () -> {
                        writer.write(ids, 0, ids.length, blackhole);
                        return ids.length;
                    });
                }
            }
        }
    }

    private void recordBytes(Session session) throws Exception {
        Growth growth = session.growth("Elasticsearch bulk body of 500 documents", "bytes in a document");
        for (BulkEncodingBenchmark.By by : BulkEncodingBenchmark.By.values()) {
            for (int bytes : new int[] {100, 1_000, 10_000, 100_000, 400_000}) {
                BulkEncodingBenchmark encoding = new BulkEncodingBenchmark();
                encoding.by = by;
                encoding.documentBytes = bytes;
                encoding.make();
                int bodies = Math.max(1, session.scaled(Math.max(2, 2_000_000 / bytes)));
                growth.measure(by == BulkEncodingBenchmark.By.KIT ? "kit" : "elasticsearch-java", bytes, () -> {
                    for (int i = 0; i < bodies; i++) {
                        blackhole.consume(encoding.body());
                    }
                    return (long) bodies * BulkEncodingBenchmark.DOCUMENTS;
                });
            }
        }
    }
}
