package io.connectorkit.elasticsearch;

import static io.connectorkit.elasticsearch.ActionLines.ascii;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeVersion;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What follows an action line of a bulk request: a document, a part of one, a script, a tombstone or nothing. */
final class ActionBody {

    /** Marks a tombstone; hidden by the readers' alias. */
    static final String DELETED = "_deleted";

    /** When a tombstone was written, in ISO-8601. */
    static final String DELETED_AT = "_deleted_at";

    private static final byte[] DOC = ascii("{\"doc\":");
    private static final byte[] DOC_AS_UPSERT = ascii(",\"doc_as_upsert\":true");
    private static final byte[] PARAMS = ascii(",\"params\":");
    private static final byte[] UPSERT = ascii(",\"upsert\":");
    private static final byte[] TOMBSTONE = ascii("\"" + DELETED + "\":true,\"" + DELETED_AT + "\":\"");

    private final WritePlan plan;
    private final ActionLines lines;
    private final Instant now;

    ActionBody(WritePlan plan, ActionLines lines, Instant now) {
        this.plan = plan;
        this.lines = lines;
        this.now = now;
    }

    void put(BulkRequest.Operation operation, Change<byte[]> change) {
        if (operation == BulkRequest.Operation.DELETE) {
            return;
        }
        if (change instanceof Change.Upsert<byte[]> upsert) {
            switch (operation) {
                case UPDATE -> putUpdate(upsert);
                default -> putDocument(upsert.payload(), upsert.version());
            }
        } else {
            lines.put('{');
            putVersion(change.version(), true);
            lines.put(TOMBSTONE);
            lines.put(ascii(now.toString()));
            lines.put('"');
            lines.put('}');
        }
        lines.put('\n');
    }

    private void putUpdate(Change.Upsert<byte[]> upsert) {
        if (plan.action() instanceof ElasticsearchAction.Script script) {
            putScript(script, upsert.payload());
            return;
        }
        lines.put(DOC);
        putDocument(upsert.payload(), upsert.version());
        if (!plan.readsFirst()
                && plan.action() instanceof ElasticsearchAction.Update update
                && update.createsMissing()) {
            lines.put(DOC_AS_UPSERT);
        }
        lines.put('}');
    }

    private void putScript(ElasticsearchAction.Script script, byte[] payload) {
        lines.put(ascii(script.stored() ? "{\"script\":{\"id\":\"" : "{\"script\":{\"source\":\""));
        lines.putEscaped(script.text());
        lines.put('"');
        lines.put(PARAMS);
        lines.document(payload, 0);
        lines.put('}');
        if (script.createsMissing()) {
            lines.put(UPSERT);
            lines.document(payload, 0);
        }
        lines.put('}');
    }

    /** The document, with the version as its first field where the plan keeps it there. */
    private void putDocument(byte[] document, @Nullable ChangeVersion version) {
        if (plan.versionField() == null) {
            lines.document(document, 0);
            return;
        }
        int open = 0;
        while (document[open] != '{') {
            open++;
        }
        int content = open + 1;
        while (content < document.length && document[content] <= ' ') {
            content++;
        }
        lines.put('{');
        boolean empty = content < document.length && document[content] == '}';
        putVersion(version, !empty);
        lines.document(document, open + 1);
    }

    private void putVersion(@Nullable ChangeVersion version, boolean more) {
        if (plan.versionField() != null && version != null) {
            lines.put(ascii("\"" + plan.versionField() + "\":\"" + version.fixedWidth() + (more ? "\"," : "\"")));
        }
    }
}
