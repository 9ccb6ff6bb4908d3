package io.connectorkit.elasticsearch;

import static io.connectorkit.elasticsearch.ActionLines.ascii;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.Outcome;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A batch as the body of a {@code _bulk} request: an action line for each change, followed by its document.
 *
 * <p>Changes that Elasticsearch cannot take as they are, or that need nothing done, get their outcome here and are left out.
 */
final class BulkRequest {

    /** An action line without its id: what a change costs beyond its document. */
    static final int ACTION_BYTES = 96;

    private static final byte[] VERSION = ascii(",\"version_type\":\"external_gte\",\"version\":");
    private static final byte[] SEQUENCE_NUMBER = ascii(",\"if_seq_no\":");
    private static final byte[] PRIMARY_TERM = ascii(",\"if_primary_term\":");
    private static final byte[] INDEX = ascii(",\"_index\":\"");
    private static final byte[] ROUTING = ascii(",\"routing\":\"");
    private static final byte[] NO_PIPELINE = ascii(",\"pipeline\":\"_none\"");
    private static final byte[] RETRY_ON_CONFLICT = ascii(",\"retry_on_conflict\":3");
    private static final byte[] END = ascii("}}\n");

    private final WritePlan plan;
    private final List<? extends Change<byte[]>> batch;
    private final ActionBody body;
    private final ActionLines lines;
    private @Nullable Outcome @Nullable [] settled;
    private int entries;

    private BulkRequest(WritePlan plan, List<? extends Change<byte[]>> batch, Instant now) {
        this.plan = plan;
        this.batch = batch;
        this.lines = new ActionLines(batch.size(), ACTION_BYTES + 32);
        this.body = new ActionBody(plan, lines, now);
    }

    /** Writes {@code batch}, on condition of {@code standings} where the plan reads first. */
    static BulkRequest of(
            WritePlan plan,
            List<? extends Change<byte[]>> batch,
            @Nullable Standing @Nullable [] standings,
            Instant now) {
        BulkRequest request = new BulkRequest(plan, batch, now);
        for (int i = 0; i < batch.size(); i++) {
            Outcome outcome = request.add(batch.get(i), standings == null ? null : standings[i]);
            if (outcome != null) {
                request.settle(i, outcome);
            }
        }
        return request;
    }

    /** The body; empty when no change is left to send. */
    Iterable<ByteBuffer> buffers() {
        return lines.finish();
    }

    /** How many changes the body holds, and so how many items the answer must have. */
    int entries() {
        return entries;
    }

    List<? extends Change<byte[]>> batch() {
        return batch;
    }

    /** The outcome of a change that is not in the body; null for those that are. */
    @Nullable
    Outcome settled(int index) {
        return settled == null ? null : settled[index];
    }

    private void settle(int index, Outcome outcome) {
        if (settled == null) {
            settled = new Outcome[batch.size()];
        }
        settled[index] = outcome;
    }

    /** Adds a change to the body; what became of it, and nothing added, when there is nothing to send. */
    private @Nullable Outcome add(Change<byte[]> change, @Nullable Standing standing) {
        String problem = problemOf(change);
        if (problem != null) {
            return rejected(problem);
        }
        Outcome known = standing == null ? null : outcomeOf(change, standing);
        if (known != null) {
            return known;
        }
        int start = lines.mark();
        Operation operation = Operation.of(plan, change, standing);
        try {
            if (!putAction(operation, change, standing)) {
                lines.rewind(start);
                return rejected(
                        "key=" + change.key() + " must be valid Unicode: half of a surrogate pair has no UTF-8");
            }
        } catch (IllegalArgumentException e) {
            lines.rewind(start);
            return rejected(String.valueOf(e.getMessage()));
        }
        body.put(operation, change);
        entries++;
        return null;
    }

    private static Outcome rejected(String problem) {
        return Outcome.rejected(new ElasticsearchFailure(problem));
    }

    private @Nullable String problemOf(Change<byte[]> change) {
        if (plan.mode() == WriteMode.INSERT_ONLY && change instanceof Change.Delete) {
            return "key=" + change.key()
                    + " must not be deleted by an insert-only sink; drop withInsertOnly or the delete";
        }
        if (plan.mode() != WriteMode.NEWEST_WINS) {
            return null;
        }
        ChangeVersion version = change.version();
        if (version == null) {
            return "version of key=" + change.key() + " must not be null";
        }
        if (!plan.readsFirst() && !version.isLong()) {
            return "version of key=" + change.key()
                    + " must be at most 9223372036854775807 (Elasticsearch external versions have 64 bits), got "
                    + version
                    + "; keep the version in the document with withVersionField, or derive a narrower one with"
                    + " Changes.withVersion, such as an update counter or a timestamp";
        }
        return null;
    }

    /** What is clear from what the index holds. */
    private @Nullable Outcome outcomeOf(Change<byte[]> change, Standing standing) {
        if (standing.problem() != null) {
            return Outcome.retry(new ElasticsearchFailure("Elasticsearch could not read the version of key="
                    + change.key() + ":" + ElasticsearchFailures.describe(standing.problem())));
        }
        ChangeVersion held = standing.version();
        ChangeVersion version = change.version();
        if (held != null && version != null && version.compareTo(held) < 0) {
            return Outcome.stale();
        }
        boolean there = standing.found() && !standing.deleted();
        if (change instanceof Change.Delete) {
            return there || plan.tombstones() ? null : Outcome.delivered();
        }
        if (!there && plan.action() instanceof ElasticsearchAction.Update update && !update.createsMissing()) {
            return rejected("key=" + change.key()
                    + " has no document to update; add withMissingCreated to the action, or write it whole first");
        }
        return null;
    }

    /** Writes the action line; false when a part of it has no UTF-8. */
    private boolean putAction(Operation operation, Change<byte[]> change, @Nullable Standing standing) {
        DocumentAddress address = plan.address();
        lines.put(operation.head);
        boolean valid = lines.putEscaped(address.id(change.key()));
        lines.put('"');
        valid &= putString(INDEX, address.index(change.key()));
        valid &= putString(ROUTING, address.routing(change.key()));
        if (standing != null) {
            if (standing.found()) {
                putNumber(SEQUENCE_NUMBER, standing.sequenceNumber());
                putNumber(PRIMARY_TERM, standing.primaryTerm());
            }
        } else if (plan.mode() == WriteMode.NEWEST_WINS && change.version() != null) {
            putNumber(VERSION, change.version().longValue());
        } else if (operation == Operation.UPDATE) {
            lines.put(RETRY_ON_CONFLICT);
        }
        if (plan.pipeline() != null && change instanceof Change.Delete && operation != Operation.DELETE) {
            lines.put(NO_PIPELINE);
        }
        lines.put(END);
        return valid;
    }

    private boolean putString(byte[] name, @Nullable String value) {
        if (value == null) {
            return true;
        }
        lines.put(name);
        boolean valid = lines.putEscaped(value);
        lines.put('"');
        return valid;
    }

    private void putNumber(byte[] name, long value) {
        lines.put(name);
        lines.put(value);
    }

    /** What an item of a bulk request does. */
    enum Operation {
        INDEX("index"),
        CREATE("create"),
        UPDATE("update"),
        DELETE("delete");

        private final byte[] head;

        Operation(String name) {
            this.head = ascii("{\"" + name + "\":{\"_id\":\"");
        }

        /** How {@code change} is made, after what was found where the plan reads first. */
        static Operation of(WritePlan plan, Change<byte[]> change, @Nullable Standing standing) {
            boolean missing = standing != null && !standing.found();
            if (change instanceof Change.Delete && !plan.tombstones()) {
                return DELETE;
            }
            if (plan.mode() == WriteMode.INSERT_ONLY || missing) {
                return CREATE;
            }
            boolean whole = plan.wholeDocuments() || change instanceof Change.Delete;
            return whole || (standing != null && standing.deleted()) ? INDEX : UPDATE;
        }
    }
}
