package io.connectorkit.elasticsearch;

import static io.connectorkit.elasticsearch.ChangeFixture.delete;
import static io.connectorkit.elasticsearch.ChangeFixture.upsert;
import static io.connectorkit.elasticsearch.ChangeFixture.utf8;
import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bodies of all actions but the plain ones, which {@link BulkRequestTest} has. */
class BulkActionsTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final ElasticsearchWriteOptions<String> DEFAULTS = ElasticsearchWriteOptions.defaults();
    private static final String V7 = "0".repeat(59) + "7";
    private static final String WIDE = "1" + "0".repeat(55);

    @Test
    void leavesATombstoneThatPassesNoPipeline() {
        WritePlan plan = WritePlan.of(DEFAULTS.withTombstones().withPipeline("geo"), WriteMode.NEWEST_WINS);
        assertThat(text(plan, null, delete("a", 7), upsert("b", 8, "{\"x\":1}")))
                .isEqualTo(
                        """
                        {"index":{"_id":"a","version_type":"external_gte","version":7,"pipeline":"_none"}}
                        {"_deleted":true,"_deleted_at":"2026-01-02T03:04:05Z"}
                        {"index":{"_id":"b","version_type":"external_gte","version":8}}
                        {"x":1}
                        """);
        assertThat(plan.parameters()).containsEntry("pipeline", "geo");
    }

    @Test
    void mergesPartsOfDocuments() {
        WritePlan update = WritePlan.of(DEFAULTS.withAction(ElasticsearchAction.update()), WriteMode.OVERWRITE);
        assertThat(text(update, null, upsert("a", "{\"x\":1}"), delete("b")))
                .isEqualTo(
                        """
                        {"update":{"_id":"a","retry_on_conflict":3}}
                        {"doc":{"x":1}}
                        {"delete":{"_id":"b"}}
                        """);
        WritePlan create = WritePlan.of(
                DEFAULTS.withAction(ElasticsearchAction.update().withMissingCreated()), WriteMode.OVERWRITE);
        assertThat(text(create, null, upsert("a", "{\"x\":1}")))
                .contains("{\"doc\":{\"x\":1},\"doc_as_upsert\":true}\n");
    }

    @Test
    void runsScriptsWithTheDocumentAsParameters() {
        WritePlan source = WritePlan.of(
                DEFAULTS.withAction(ElasticsearchAction.script("ctx._source.t = \"a\nb\"")), WriteMode.OVERWRITE);
        assertThat(text(source, null, upsert("a", "{\"x\":1}")))
                .isEqualTo(
                        """
                        {"update":{"_id":"a","retry_on_conflict":3}}
                        {"script":{"source":"ctx._source.t = \\"a\\u000ab\\"","params":{"x":1}}}
                        """);
        WritePlan stored = WritePlan.of(
                DEFAULTS.withAction(ElasticsearchAction.storedScript("add").withMissingCreated()), WriteMode.OVERWRITE);
        assertThat(text(stored, null, upsert("a", "{\"x\":1}")))
                .endsWith("{\"script\":{\"id\":\"add\",\"params\":{\"x\":1}},\"upsert\":{\"x\":1}}\n");
    }

    @Test
    void addressesIndexAndRoutingOfTheKey() {
        WritePlan plan = WritePlan.of(DEFAULTS.withIndex(x -> x).withRouting(x -> x), WriteMode.NEWEST_WINS);
        Change<byte[]> routed =
                new Change.Upsert<>(ChangeKey.of("logs-1", "r\"1", "a", 2), ChangeVersion.of(7), utf8("{}"));
        Change<byte[]> plain = new Change.Delete<>(ChangeKey.of("logs-2", "", "b"), ChangeVersion.of(7));
        assertThat(text(plan, null, routed, plain))
                .isEqualTo(
                        """
                        {"index":{"_id":"a|2","_index":"logs-1","routing":"r\\"1","version_type":"external_gte","version":7}}
                        {}
                        {"delete":{"_id":"b","_index":"logs-2","version_type":"external_gte","version":7}}
                        """);
    }

    @Test
    void keepsTheVersionInTheDocumentAndWritesOnConditionOfWhatWasRead() {
        WritePlan plan = WritePlan.of(DEFAULTS.withVersionField("seq").withTombstones(), WriteMode.NEWEST_WINS);
        Standing[] standings = {
            Standing.NOTHING,
            found("3", false),
            found(null, true),
            found("8", false),
            Standing.NOTHING,
            found("7", false)
        };
        List<Change<byte[]>> batch = List.of(
                wide("new", "{\"x\":1}"),
                upsert("old", 7, " { }"),
                upsert("risen", 7, "{ \"x\":1}"),
                upsert("stale", 7, "{}"),
                delete("never", 7),
                delete("gone", 7));
        BulkRequest request = BulkRequest.of(plan, batch, standings, NOW);
        assertThat(text(request))
                .isEqualTo(
                        """
                        {"create":{"_id":"new"}}
                        {"seq":"0000WIDE","x":1}
                        {"index":{"_id":"old","if_seq_no":42,"if_primary_term":3}}
                        {"seq":"V7" }
                        {"index":{"_id":"risen","if_seq_no":42,"if_primary_term":3}}
                        {"seq":"V7", "x":1}
                        {"create":{"_id":"never"}}
                        {"seq":"V7","_deleted":true,"_deleted_at":"2026-01-02T03:04:05Z"}
                        {"index":{"_id":"gone","if_seq_no":42,"if_primary_term":3}}
                        {"seq":"V7","_deleted":true,"_deleted_at":"2026-01-02T03:04:05Z"}
                        """
                                .replace("WIDE", WIDE)
                                .replace("V7", V7));
        assertThat(request.settled(3)).isEqualTo(Outcome.stale());
        assertThat(request.entries()).isEqualTo(5);
    }

    @Test
    void guardsUpdatesByTheVersionFieldToo() {
        ElasticsearchWriteOptions<String> options = DEFAULTS.withVersionField("seq")
                .withAction(ElasticsearchAction.update().withMissingCreated());
        Standing[] standings = {found("3", false), Standing.NOTHING, found("3", true), Standing.NOTHING};
        List<Change<byte[]>> batch =
                List.of(upsert("a", 7, "{\"x\":1}"), upsert("b", 7, "{}"), upsert("c", 7, "{}"), delete("d", 7));
        BulkRequest request = BulkRequest.of(WritePlan.of(options, WriteMode.NEWEST_WINS), batch, standings, NOW);
        assertThat(text(request))
                .isEqualTo(
                        """
                        {"update":{"_id":"a","if_seq_no":42,"if_primary_term":3}}
                        {"doc":{"seq":"V7","x":1}}
                        {"create":{"_id":"b"}}
                        {"seq":"V7"}
                        {"index":{"_id":"c","if_seq_no":42,"if_primary_term":3}}
                        {"seq":"V7"}
                        """
                                .replace("V7", V7));
        assertThat(request.settled(3)).as("a delete of nothing").isEqualTo(Outcome.delivered());

        WritePlan partsOnly = WritePlan.of(options.withAction(ElasticsearchAction.update()), WriteMode.NEWEST_WINS);
        Outcome.Failed missing = (Outcome.Failed)
                BulkRequest.of(partsOnly, batch, standings, NOW).settled(1);
        assertThat(missing.kind()).isEqualTo(FailureKind.REJECTED);
        assertThat(missing.cause())
                .hasMessage("key=b has no document to update; add withMissingCreated to the action, or write it whole"
                        + " first");
    }

    @Test
    void triesAgainWhatCouldNotBeRead() {
        WritePlan plan = WritePlan.of(DEFAULTS.withVersionField("seq"), WriteMode.NEWEST_WINS);
        Standing[] standings = {Standing.unknown(new BulkReply.Error("no_shard_available", "no shard", null))};
        Outcome.Failed failed = (Outcome.Failed) BulkRequest.of(plan, List.of(upsert("a", 7, "{}")), standings, NOW)
                .settled(0);
        assertThat(failed.kind()).isEqualTo(FailureKind.RETRYABLE);
        assertThat(failed.cause())
                .hasMessage("Elasticsearch could not read the version of key=a: no_shard_available: no shard");
    }

    @Test
    void countsWhatItAddsToARequest() {
        WritePlan plain = WritePlan.of(WriteMode.OVERWRITE);
        WritePlan versioned = WritePlan.of(DEFAULTS.withVersionField("seq"), WriteMode.NEWEST_WINS);
        WritePlan script = WritePlan.of(
                DEFAULTS.withAction(ElasticsearchAction.script("0123456789").withMissingCreated()),
                WriteMode.OVERWRITE);
        assertThat(plain.bytes(100)).isEqualTo(196);
        assertThat(versioned.bytes(100)).isEqualTo(196 + 69);
        assertThat(script.bytes(100)).isEqualTo(196 + 110);
    }

    private static Standing found(String version, boolean deleted) {
        return new Standing(true, 42, 3, version == null ? null : ChangeVersion.of(version), deleted, null);
    }

    private static Change<byte[]> wide(Object key, String json) {
        return new Change.Upsert<>(ChangeKey.of(key), ChangeVersion.of(WIDE), utf8(json));
    }

    @SafeVarargs
    private static String text(WritePlan plan, Standing[] standings, Change<byte[]>... changes) {
        return text(BulkRequest.of(plan, List.of(changes), standings, NOW));
    }

    private static String text(BulkRequest request) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (ByteBuffer buffer : request.buffers()) {
            out.write(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
