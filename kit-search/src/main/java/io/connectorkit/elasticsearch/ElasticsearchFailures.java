package io.connectorkit.elasticsearch;

import io.connectorkit.change.Change;
import io.connectorkit.change.WriteMode;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.sink.Outcome;
import io.connectorkit.sink.Outcome.Failed;
import java.util.Set;

/** What Elasticsearch's refusals mean for the write path, and which of their words may be repeated. */
final class ElasticsearchFailures {

    private static final String NO_INDEX = "index_not_found_exception";
    private static final String SECURITY = "security_exception";
    private static final String CREATES_ONLY = "op_type of create are allowed in data streams";

    /** Errors that every change of the index would meet. */
    private static final Set<String> INDEX_ERRORS =
            Set.of(NO_INDEX, "invalid_index_name_exception", "index_closed_exception", "invalid_alias_name_exception");

    /** A block by an operator, or by the cluster itself when disks fill up: it is lifted again. */
    private static final String BLOCK = "cluster_block_exception";

    private ElasticsearchFailures() {}

    /** What became of one item of a bulk request. */
    static Outcome item(
            int status, boolean hasError, BulkReply.Error error, Change<?> change, WritePlan plan, String index) {
        if (status < 300 && !hasError) {
            return Outcome.delivered();
        }
        if (status == 404 && change instanceof Change.Delete) {
            // Without an error the document was not there. Nor is it in an index that does not exist.
            if (!hasError || (plan.mode() == WriteMode.OVERWRITE && NO_INDEX.equals(error.type()))) {
                return Outcome.delivered();
            }
        }
        // Elasticsearch's own guard has refused an older change. Where the plan reads first, someone else wrote
        // meanwhile.
        if (status == 409 && plan.mode() != WriteMode.OVERWRITE && !plan.readsFirst()) {
            return Outcome.stale();
        }
        String own = plan.address().index(change.key());
        return new Failed(
                itemKind(status, error, own != null),
                new ElasticsearchFailure("Elasticsearch refused key=" + change.key() + " for index '"
                        + (own == null ? index : own) + "': " + status + describe(error) + remedy(error)));
    }

    /** Where changes have their own index, trouble with one is no trouble of the others. */
    private static FailureKind itemKind(int status, BulkReply.Error error, boolean ownIndex) {
        if (status == 429) {
            return FailureKind.THROTTLED;
        }
        String type = error.type();
        if (status >= 500 || status == 408 || status == 409 || BLOCK.equals(type)) {
            return FailureKind.RETRYABLE;
        }
        if (status == 401 || SECURITY.equals(type)) {
            return FailureKind.FATAL;
        }
        boolean everyChange =
                status == 403 || (type != null && INDEX_ERRORS.contains(type)) || isWriteToDataStream(error);
        return everyChange && !ownIndex ? FailureKind.FATAL : FailureKind.REJECTED;
    }

    private static boolean isWriteToDataStream(BulkReply.Error error) {
        return error.reason() != null && error.reason().contains(CREATES_ONLY);
    }

    /** What a refused request means: 400 and 413 are about its content, and halving it finds the change at fault. */
    static FailureKind requestKind(int status, BulkReply.Error error) {
        if (status == 400 || status == 413) {
            return itemKind(status, error, false);
        }
        if (status == 429) {
            return FailureKind.THROTTLED;
        }
        boolean passing = status >= 500 || status == 408 || BLOCK.equals(error.type());
        return passing ? FailureKind.RETRYABLE : FailureKind.FATAL;
    }

    /** @param request what was refused: {@code a request of 3 changes} */
    static ElasticsearchFailure request(int status, BulkReply.Error error, String request, String index, Object host) {
        String reason = describe(error);
        return new ElasticsearchFailure("Elasticsearch at " + host + " refused " + request + " for index '" + index
                + "': " + status
                + (reason.isEmpty() ? " (an answer without a reason, perhaps of a proxy)" : reason)
                + (status == 413 ? "; lower sink.batch.max-bytes or raise http.max_content_length" : "")
                + (status == 401 ? "; check username and password or api-key" : "")
                + remedy(error));
    }

    private static String remedy(BulkReply.Error error) {
        String type = error.type();
        if (type == null) {
            return "";
        }
        if (isWriteToDataStream(error)) {
            return "; a data stream takes creates only: use Changes.withInsertOnly";
        }
        return switch (type) {
            case NO_INDEX -> "; create the index or allow action.auto_create_index";
            case "invalid_index_name_exception" -> "; correct the option index";
            case "index_closed_exception" -> "; open the index";
            case SECURITY -> "; grant the privileges index and delete, or write, on the index";
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
