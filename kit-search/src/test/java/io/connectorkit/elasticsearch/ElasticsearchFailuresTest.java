package io.connectorkit.elasticsearch;

import static io.connectorkit.elasticsearch.ChangeFixture.delete;
import static io.connectorkit.elasticsearch.ChangeFixture.upsert;
import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.sink.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElasticsearchFailuresTest {

    @ParameterizedTest
    @CsvSource({
        "429, es_rejected_execution_exception, THROTTLED",
        "429, circuit_breaking_exception, THROTTLED",
        "429, cluster_block_exception, THROTTLED",
        "503, unavailable_shards_exception, RETRYABLE",
        "500, exception, RETRYABLE",
        "403, cluster_block_exception, RETRYABLE",
        "403, security_exception, FATAL",
        "401, security_exception, FATAL",
        "404, index_not_found_exception, FATAL",
        "400, invalid_index_name_exception, FATAL",
        "400, index_closed_exception, FATAL",
        "400, document_parsing_exception, REJECTED",
        "400, mapper_parsing_exception, REJECTED",
        "400, illegal_argument_exception, REJECTED",
        "413, , REJECTED"
    })
    void tellsWhatAnItemsStatusMeans(int status, String type, FailureKind kind) {
        Outcome outcome = item(status, error(type, "reason"), upsert("a", 1, "{}"), WriteMode.NEWEST_WINS);
        assertThat(((Outcome.Failed) outcome).kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({
        "429, , THROTTLED",
        "429, circuit_breaking_exception, THROTTLED",
        "500, , RETRYABLE",
        "502, , RETRYABLE",
        "503, cluster_block_exception, RETRYABLE",
        "504, , RETRYABLE",
        "408, , RETRYABLE",
        "403, cluster_block_exception, RETRYABLE",
        "413, , REJECTED",
        "400, illegal_argument_exception, REJECTED",
        "400, invalid_index_name_exception, FATAL",
        "401, security_exception, FATAL",
        "403, security_exception, FATAL",
        "403, , FATAL",
        "404, index_not_found_exception, FATAL",
        "405, , FATAL",
        "406, , FATAL",
        "301, , FATAL"
    })
    void tellsWhatARequestsStatusMeans(int status, String type, FailureKind kind) {
        assertThat(ElasticsearchFailures.requestKind(status, error(type, null))).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({"NEWEST_WINS, true", "INSERT_ONLY, true", "OVERWRITE, false"})
    void takesAConflictForStaleOnlyWhereTheGuardCausedIt(WriteMode mode, boolean stale) {
        BulkReply.Error conflict = error("version_conflict_engine_exception", "[a]: version conflict");
        Outcome outcome = item(409, conflict, upsert("a", 1, "{}"), mode);
        if (stale) {
            assertThat(outcome).isEqualTo(Outcome.stale());
        } else {
            assertThat(((Outcome.Failed) outcome).kind()).isEqualTo(FailureKind.RETRYABLE);
        }
    }

    @Test
    void takesADeleteOfWhatIsNotThereForDelivered() {
        assertThat(item(404, null, delete("a", 1), WriteMode.NEWEST_WINS)).isEqualTo(Outcome.delivered());
        assertThat(item(404, null, delete("a"), WriteMode.OVERWRITE)).isEqualTo(Outcome.delivered());
        BulkReply.Error noIndex = error("index_not_found_exception", "no such index [orders]");
        assertThat(item(404, noIndex, delete("a"), WriteMode.OVERWRITE)).isEqualTo(Outcome.delivered());
        assertThat(item(404, noIndex, delete("a", 1), WriteMode.NEWEST_WINS)).isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void namesKeyIndexStatusReasonAndRemedy() {
        Outcome.Failed failed = (Outcome.Failed) item(
                404,
                error("index_not_found_exception", "no such index [orders]"),
                upsert("a", 1, "{}"),
                WriteMode.NEWEST_WINS);
        assertThat(failed.cause())
                .hasMessage("Elasticsearch refused key=a for index 'orders': 404 index_not_found_exception:"
                        + " no such index [orders]; create the index or allow action.auto_create_index");
    }

    @Test
    void saysWhatToDoAboutARequestThatIsTooLarge() {
        assertThat(ElasticsearchFailures.request(
                        413, error(null, null), "a request of 12 changes", "orders", "[http://es:9200]"))
                .hasMessage("Elasticsearch at [http://es:9200] refused a request of 12 changes for index 'orders': 413"
                        + " (an answer without a reason, perhaps of a proxy); lower sink.batch.max-bytes or raise"
                        + " http.max_content_length");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "[1:6] failed to parse field [n] of type [long] in document with id 'k'. Preview of field's value: 's3cr3t'"
                        + "|[1:6] failed to parse field [n] of type [long]",
                "[1:6] failed to parse field [n] of type [long] in document with id 'k'. Preview of field's value: 's3'cr3t'. s3cr3t"
                        + "|[1:6] failed to parse field [n] of type [long]",
                "[1:2] failed to parse: [1:14] Unrecognized token 's3cr3t': was expecting (JSON String or token 'null')"
                        + "|[1:2] failed to parse: [1:14] Unrecognized token '...')",
                "`[1:2] Duplicate field 'x'\n at [Source: (byte[])\"{\"a\": s3cr3t}\"; line: 1]`|[1:2] Duplicate field '...'",
                "[1:1] failed to parse: [1:2] Unexpected character ('s' (code 115)): was expecting double-quote"
                        + "|[1:1] failed to parse: [1:2] Unexpected character: was expecting double-quote",
                "[1:33] failed to parse: weight must be an integer, but was [s3cr3t]"
                        + "|[1:33] failed to parse: weight must be an integer, but was [...]",
                "Document contains at least one immense term in field=\"k\" . The prefix of the first immense term is: '[115, 51]...'"
                        + "|Document contains at least one immense term in field='...'",
                "mapper [v] cannot be changed from type [text] to [long]|mapper [v] cannot be changed from type [text] to [long]"
            })
    void repeatsNoDocumentContent(String reason, String shown) {
        assertThat(RefusalReason.withoutValues(reason).strip()).isEqualTo(shown);
    }

    @Test
    void cutsEndlessReasons() {
        assertThat(RefusalReason.withoutValues("x".repeat(10_000))).hasSize(403).endsWith("x...");
    }

    @ParameterizedTest
    @CsvSource({
        "404, index_not_found_exception, REJECTED",
        "400, index_closed_exception, REJECTED",
        "403, cluster_block_exception, RETRYABLE",
        "403, security_exception, FATAL",
        "401, security_exception, FATAL"
    })
    void takesTroubleWithAnIndexForThatOfTheRecordsThatNameIt(int status, String type, FailureKind kind) {
        WritePlan plan =
                WritePlan.of(ElasticsearchWriteOptions.<String>defaults().withIndex(x -> x), WriteMode.NEWEST_WINS);
        Change<byte[]> change = new Change.Upsert<>(ChangeKey.of("orders-1", "a"), ChangeVersion.of(1), new byte[0]);
        Outcome.Failed failed = (Outcome.Failed)
                ElasticsearchFailures.item(status, true, error(type, "reason"), change, plan, "orders");
        assertThat(failed.kind()).isEqualTo(kind);
        assertThat(failed.cause()).hasMessageContaining("for index 'orders-1': " + status + " " + type);
    }

    private static Outcome item(int status, BulkReply.Error error, Change<?> change, WriteMode mode) {
        BulkReply.Error given = error == null ? BulkReply.Error.UNKNOWN : error;
        return ElasticsearchFailures.item(status, error != null, given, change, WritePlan.of(mode), "orders");
    }

    private static BulkReply.Error error(String type, String reason) {
        return new BulkReply.Error(type, reason, null);
    }
}
