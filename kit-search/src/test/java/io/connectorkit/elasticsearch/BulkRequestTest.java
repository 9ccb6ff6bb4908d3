package io.connectorkit.elasticsearch;

import static io.connectorkit.elasticsearch.ChangeFixture.delete;
import static io.connectorkit.elasticsearch.ChangeFixture.upsert;
import static io.connectorkit.elasticsearch.ChangeFixture.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.sink.Outcome;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BulkRequestTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void guardsIndexAndDeleteByVersion() {
        assertThat(body(
                        WriteMode.NEWEST_WINS,
                        upsert("a", 7, "{}"),
                        delete("b", Long.MAX_VALUE),
                        upsert(3, 0, "{\"x\":1}")))
                .isEqualTo(
                        """
                        {"index":{"_id":"a","version_type":"external_gte","version":7}}
                        {}
                        {"delete":{"_id":"b","version_type":"external_gte","version":9223372036854775807}}
                        {"index":{"_id":"3","version_type":"external_gte","version":0}}
                        {"x":1}
                        """);
    }

    @Test
    void overwritesWithoutAVersionEvenWhenTheChangeHasOne() {
        assertThat(body(WriteMode.OVERWRITE, upsert("a", "{}"), delete("b"), upsert("c", 5, "{}")))
                .isEqualTo(
                        """
                        {"index":{"_id":"a"}}
                        {}
                        {"delete":{"_id":"b"}}
                        {"index":{"_id":"c"}}
                        {}
                        """);
    }

    @Test
    void createsInInsertOnlyModeAndRefusesDeletes() {
        List<Change<byte[]>> batch = List.of(delete("b"), upsert("a", 1, "{}"));
        BulkRequest request = write(WriteMode.INSERT_ONLY, batch);

        assertThat(text(request)).isEqualTo("{\"create\":{\"_id\":\"a\"}}\n{}\n");
        assertThat(rejection(request, 0))
                .isEqualTo("key=b must not be deleted by an insert-only sink; drop withInsertOnly or the delete");
        assertThat(request.settled(1)).isNull();
        assertThat(request.entries()).isEqualTo(1);
    }

    @Test
    void rejectsAVersionWiderThan64BitsAndSendsItsNeighbours() {
        Change<byte[]> wide =
                new Change.Upsert<>(ChangeKey.of("w"), ChangeVersion.of("9223372036854775808"), utf8("{}"));
        BulkRequest request = write(WriteMode.NEWEST_WINS, List.of(upsert("a", 1, "{}"), wide, delete("b", 2)));

        assertThat(rejection(request, 1))
                .isEqualTo("version of key=w must be at most 9223372036854775807 (Elasticsearch external versions have"
                        + " 64 bits), got 9223372036854775808; keep the version in the document with withVersionField, or"
                        + " derive a narrower one with Changes.withVersion, such as an update counter or a timestamp");
        assertThat(request.entries()).isEqualTo(2);
        assertThat(text(request)).doesNotContain("\"w\"").hasLineCount(3);
    }

    @Test
    void rejectsAKeyThatHasNoUtf8AndLeavesNoTraceOfIt() {
        List<Change<byte[]>> batch = List.of(upsert("a", 1, "{}"), upsert("x\uD800y", 1, "{}"), upsert("b", 1, "{}"));
        BulkRequest request = write(WriteMode.NEWEST_WINS, batch);

        assertThat(rejection(request, 1)).contains("must be valid Unicode");
        assertThat(text(request))
                .isEqualTo(
                        """
                        {"index":{"_id":"a","version_type":"external_gte","version":1}}
                        {}
                        {"index":{"_id":"b","version_type":"external_gte","version":1}}
                        {}
                        """);
    }

    @Test
    void hashesIdsOfMoreThan512Bytes() throws Exception {
        String id = idOf(body(WriteMode.OVERWRITE, upsert("é".repeat(300), "{}")));
        assertThat(id).hasSize(65).startsWith("~");
        assertThat(idOf(body(WriteMode.OVERWRITE, upsert("x".repeat(512), "{}"))))
                .isEqualTo("x".repeat(512));
    }

    @Test
    void writesAnyIdSoThatJsonReadsItBack() throws Exception {
        Random random = new Random(42);
        for (int round = 0; round < 2_000; round++) {
            StringBuilder key = new StringBuilder("k");
            for (int i = random.nextInt(30); i > 0; i--) {
                key.appendCodePoint(randomCodePoint(random));
            }
            String id = ChangeKey.of(key.toString()).id(512);
            String body = body(WriteMode.NEWEST_WINS, upsert(key.toString(), round, "{}"), delete(key + "2", round));

            assertThat(body.lines()).as("seed 42, round " + round).hasSize(3);
            assertThat(idOf(body)).as("seed 42, round " + round).isEqualTo(id);
        }
    }

    @Test
    void growsBeyondItsFirstGuess() throws Exception {
        List<Change<byte[]>> batch = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            batch.add(upsert(i + "\u0001".repeat(60), i, "{\"i\":" + i + "}"));
        }
        List<String> lines = text(write(WriteMode.NEWEST_WINS, batch)).lines().toList();

        assertThat(lines).hasSize(100);
        for (int i = 0; i < 50; i++) {
            assertThat(idOf(lines.get(2 * i))).isEqualTo(batch.get(i).key().text());
            assertThat(lines.get(2 * i + 1)).isEqualTo("{\"i\":" + i + "}");
        }
    }

    private static int randomCodePoint(Random random) {
        int[] awkward = {'"', '\\', '\n', '\r', 0, 0x1F, 0x7F, 0x85, 0x2028, 0xFFFD, 0x1F600, '|', '\'', '/'};
        return random.nextBoolean() ? awkward[random.nextInt(awkward.length)] : 0x20 + random.nextInt(0xD000);
    }

    private static String idOf(String body) throws Exception {
        return JSON.readTree(body.lines().findFirst().orElseThrow())
                .elements()
                .next()
                .get("_id")
                .asText();
    }

    private static String rejection(BulkRequest request, int index) {
        Outcome.Failed failed = (Outcome.Failed) request.settled(index);
        assertThat(failed.kind()).isEqualTo(FailureKind.REJECTED);
        return failed.cause().getMessage();
    }

    private static BulkRequest write(WriteMode mode, List<Change<byte[]>> batch) {
        return BulkRequest.of(WritePlan.of(mode), batch, null, NOW);
    }

    @SafeVarargs
    private static String body(WriteMode mode, Change<byte[]>... changes) {
        return text(write(mode, List.of(changes)));
    }

    private static String text(BulkRequest request) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (ByteBuffer buffer : request.buffers()) {
            out.write(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
