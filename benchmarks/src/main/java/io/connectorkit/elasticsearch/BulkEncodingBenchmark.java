package io.connectorkit.elasticsearch;

import co.elastic.clients.elasticsearch._types.VersionType;
import co.elastic.clients.json.JsonpMapper;
import co.elastic.clients.json.NdJsonpSerializable;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.util.BinaryData;
import co.elastic.clients.util.ContentType;
import io.connectorkit.benchmarks.contest.Against;
import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import jakarta.json.stream.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

/**
 * 500 guarded documents as the body of a bulk request, documents ready as bytes; beside Elastic's own client
 * library, which makes the same body of the same bytes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@Against(value = "CLIENT", param = "by")
public class BulkEncodingBenchmark {

    public static final int DOCUMENTS = 500;

    /** Who writes the body. */
    public enum By {
        CLIENT,
        KIT
    }

    @Param
    public By by;

    @Param("500")
    public int documentBytes;

    private final JsonpMapper mapper = new JacksonJsonpMapper();
    private final WritePlan plan = WritePlan.of(WriteMode.NEWEST_WINS);
    private final List<Change<byte[]>> batch = new ArrayList<>();

    @Setup
    public void make() throws IOException {
        byte[] document = ("{\"text\":\"" + "x".repeat(documentBytes - 11) + "\"}").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < DOCUMENTS; i++) {
            batch.add(new Change.Upsert<>(ChangeKey.of("customer-" + i), ChangeVersion.of(i + 1), document));
        }
        int kit = encode();
        int client = encodeByClient();
        if (Math.abs(kit - client) > DOCUMENTS * 40) {
            throw new IllegalStateException("bodies differ: " + kit + " and " + client + " bytes");
        }
    }

    @Benchmark
    public int body() throws IOException {
        return by == By.KIT ? encode() : encodeByClient();
    }

    private int encode() {
        int bytes = 0;
        for (ByteBuffer buffer :
                BulkRequest.of(plan, batch, null, Instant.EPOCH).buffers()) {
            bytes += buffer.remaining();
        }
        return bytes;
    }

    private int encodeByClient() throws IOException {
        co.elastic.clients.elasticsearch.core.BulkRequest.Builder request =
                new co.elastic.clients.elasticsearch.core.BulkRequest.Builder().index("orders");
        for (Change<byte[]> change : batch) {
            byte[] document = ((Change.Upsert<byte[]>) change).payload();
            request.operations(
                    operation -> operation.index(index -> index.id(change.key().text())
                            .version(change.version().longValue())
                            .versionType(VersionType.ExternalGte)
                            .document(BinaryData.of(document, ContentType.APPLICATION_JSON))));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(request.build(), out);
        return out.size();
    }

    /** As the client's transport writes it. */
    private void write(NdJsonpSerializable lines, ByteArrayOutputStream out) throws IOException {
        Iterator<?> items = lines._serializables();
        while (items.hasNext()) {
            Object item = items.next();
            if (item instanceof NdJsonpSerializable nested && item != lines) {
                write(nested, out);
            } else if (item instanceof BinaryData data) {
                data.writeTo(out);
                out.write('\n');
            } else if (item != null) {
                try (JsonGenerator generator = mapper.jsonProvider().createGenerator(out)) {
                    mapper.serialize(item, generator);
                }
                out.write('\n');
            }
        }
    }
}
