package io.connectorkit.elasticsearch;

import io.connectorkit.change.Change;
import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.sink.Outcome;
import io.connectorkit.sink.Outcome.Failed;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What Elasticsearch's refusals mean for the write path, and which of their words may be repeated. */
final class ElasticsearchFailures {

    /** Errors that every change of the index would meet. */
    private static final Set<String> INDEX_ERRORS = Set.of(
            "index_not_found_exception",
            "invalid_index_name_exception",
            "index_closed_exception",
            "security_exception",
            "invalid_alias_name_exception");

    /** A block by an operator, or by the cluster itself when disks fill up: it is lifted again. */
    private static final String BLOCK = "cluster_block_exception";

    private ElasticsearchFailures() {}

    /** What became of one item of a bulk request. */
    static Outcome item(
            int status, boolean hasError, BulkReply.Error error, Change<?> change, WriteMode mode, String index) {
        if (status < 300 && !hasError) {
            return Outcome.delivered();
        }
        if (status == 404 && change instanceof Change.Delete) {
            // Without an error the document was not there. Nor is it in an index that does not exist.
            if (!hasError || (mode == WriteMode.OVERWRITE && "index_not_found_exception".equals(error.type()))) {
                return Outcome.delivered();
            }
        }
        if (status == 409 && mode != WriteMode.OVERWRITE) {
            return Outcome.stale();
        }
        return new Failed(
                itemKind(status, error.type()),
                new ElasticsearchFailure("Elasticsearch refused key=" + change.key() + " for index '" + index + "': "
                        + status + describe(error) + remedy(error.type())));
    }

    private static FailureKind itemKind(int status, @Nullable String type) {
        if (status == 429) {
            return FailureKind.THROTTLED;
        }
        if (status >= 500 || status == 408 || status == 409 || BLOCK.equals(type)) {
            return FailureKind.RETRYABLE;
        }
        boolean everyChange = status == 401 || status == 403 || (type != null && INDEX_ERRORS.contains(type));
        return everyChange ? FailureKind.FATAL : FailureKind.REJECTED;
    }

    /** What a refused request means: 400 and 413 are about its content, and halving it finds the change at fault. */
    static FailureKind requestKind(int status, BulkReply.Error error) {
        if (status == 400 || status == 413) {
            return itemKind(status, error.type());
        }
        if (status == 429) {
            return FailureKind.THROTTLED;
        }
        boolean passing = status >= 500 || status == 408 || BLOCK.equals(error.type());
        return passing ? FailureKind.RETRYABLE : FailureKind.FATAL;
    }

    static ElasticsearchFailure request(int status, BulkReply.Error error, int changes, String index, Object host) {
        String reason = describe(error);
        return new ElasticsearchFailure("Elasticsearch at " + host + " refused a request of " + changes
                + " changes for index '" + index + "': " + status
                + (reason.isEmpty() ? " (an answer without a reason, perhaps of a proxy)" : reason)
                + (status == 413 ? "; lower sink.batch.max-bytes or raise http.max_content_length" : "")
                + (status == 401 ? "; check username and password or api-key" : "")
                + remedy(error.type()));
    }

    private static String remedy(@Nullable String type) {
        if (type == null) {
            return "";
        }
        return switch (type) {
            case "index_not_found_exception" -> "; create the index or allow action.auto_create_index";
            case "invalid_index_name_exception" -> "; correct the option index";
            case "index_closed_exception" -> "; open the index";
            case "security_exception" -> "; grant the privileges index and delete, or write, on the index";
            case BLOCK -> "; lift the index block";
            default -> "";
        };
    }

    /** Type and reason, each after a space and a colon where there is one. */
    static String describe(BulkReply.Error error) {
        StringBuilder text = new StringBuilder();
        if (error.type() != null) {
            text.append(' ').append(error.type());
        }
        if (error.reason() != null) {
            text.append(": ").append(RefusalReason.withoutValues(error.reason()));
        }
        if (error.cause() != null) {
            text.append(" (").append(error.cause()).append(')');
        }
        return text.toString();
    }
}
