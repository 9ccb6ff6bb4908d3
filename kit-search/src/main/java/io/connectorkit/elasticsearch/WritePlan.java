package io.connectorkit.elasticsearch;

import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.DeleteMode;
import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.Ordering;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a sink does with changes, once its options and the mode of its changes have been found to go together.
 *
 * @param appends whether ids are made up, so that no two changes have one
 */
record WritePlan(
        WriteMode mode,
        ElasticsearchAction action,
        DocumentAddress address,
        @Nullable String pipeline,
        ElasticsearchWriteOptions.Refresh refresh,
        boolean dataStream,
        DeleteMode deleteMode,
        @Nullable String readersAlias,
        @Nullable String versionField,
        boolean appends)
        implements Serializable {

    /** Whole documents under their keys, guarded by Elasticsearch. */
    static WritePlan of(WriteMode mode) {
        return of(ElasticsearchWriteOptions.defaults(), mode);
    }

    static WritePlan of(ElasticsearchWriteOptions<?> options, WriteMode mode) {
        List<String> problems = new ArrayList<>();
        PlanRules.check(problems, options, mode);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        return new WritePlan(
                mode,
                options.action(),
                DocumentAddress.of(options),
                options.pipeline(),
                options.refresh(),
                options.dataStream(),
                options.deleteMode(),
                options.readersAlias(),
                options.versionField(),
                false);
    }

    WritePlan appending() {
        return new WritePlan(
                mode, action, address, pipeline, refresh, dataStream, deleteMode, readersAlias, versionField, true);
    }

    /** Whether the guard is a field of the document, which is read before each write. */
    boolean readsFirst() {
        return versionField != null;
    }

    boolean tombstones() {
        return deleteMode == DeleteMode.TOMBSTONE;
    }

    boolean wholeDocuments() {
        return action instanceof ElasticsearchAction.Index;
    }

    Ordering ordering() {
        if (appends) {
            return Ordering.NONE;
        }
        // The first insert of a key is the one that stays, and no part of a document is in another: none may be
        // skipped.
        return mode == WriteMode.INSERT_ONLY || !wholeDocuments() ? Ordering.FIFO : Ordering.COALESCE;
    }

    /** What a change with a document of so many bytes adds to a request, its id aside. */
    int bytes(int document) {
        int bytes = BulkRequest.ACTION_BYTES + document;
        if (versionField != null) {
            bytes += versionField.length() + ChangeVersion.MAX_DIGITS + 6;
        }
        if (action instanceof ElasticsearchAction.Script script) {
            bytes += script.text().length() + (script.createsMissing() ? document : 0);
        }
        return bytes;
    }

    /** Parameters of every bulk request. */
    Map<String, String> parameters() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("filter_path", BulkReply.FILTER);
        if (pipeline != null) {
            parameters.put("pipeline", pipeline);
        }
        if (refresh != ElasticsearchWriteOptions.Refresh.NONE) {
            parameters.put("refresh", refresh.parameter());
        }
        if (dataStream) {
            parameters.put("require_data_stream", "true");
        }
        return Map.copyOf(parameters);
    }

    /** Privileges on the index that the plan needs. */
    List<String> privileges() {
        if (mode == WriteMode.INSERT_ONLY) {
            return List.of("create_doc");
        }
        List<String> privileges = new ArrayList<>();
        if (readsFirst()) {
            privileges.add("read");
        }
        privileges.add("index");
        if (!tombstones()) {
            privileges.add("delete");
        }
        return privileges;
    }
}
