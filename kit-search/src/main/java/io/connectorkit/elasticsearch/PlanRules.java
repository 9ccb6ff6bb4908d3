package io.connectorkit.elasticsearch;

import io.connectorkit.change.DeleteMode;
import io.connectorkit.change.WriteMode;
import java.util.List;
import java.util.regex.Pattern;

/** What goes together in {@link ElasticsearchWriteOptions}, and why the rest does not. */
final class PlanRules {

    /** A field of our own at the top of the document; a leading underscore is for Elasticsearch's. */
    private static final Pattern FIELD = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,99}");

    private static final Pattern PIPELINE = Pattern.compile("[^\\s/*?\"<>|,#]+");

    private PlanRules() {}

    static void check(List<String> problems, ElasticsearchWriteOptions<?> options, WriteMode mode) {
        action(problems, options, mode);
        guard(problems, options, mode);
        deletes(problems, options, mode);
        if (options.dataStream() && mode != WriteMode.INSERT_ONLY) {
            problems.add("a data stream takes creates only (Elasticsearch), got changes in mode " + mode
                    + "; use Changes.withInsertOnly");
        }
        String pipeline = options.pipeline();
        if (pipeline != null && !PIPELINE.matcher(pipeline).matches()) {
            problems.add("sink.pipeline must be the name of an ingest pipeline, got '" + pipeline + "'");
        }
        if (pipeline != null && !(options.action() instanceof ElasticsearchAction.Index)) {
            problems.add("sink.pipeline must not be set with updates or scripts (Elasticsearch runs pipelines on whole"
                    + " documents only), got '" + pipeline + "'");
        }
        String delimiter = options.keyDelimiter();
        if (delimiter != null && delimiter.isEmpty()) {
            problems.add("document-id.key-delimiter must not be empty; leave it out for ids that cannot collide");
        }
    }

    private static void action(List<String> problems, ElasticsearchWriteOptions<?> options, WriteMode mode) {
        ElasticsearchAction action = options.action();
        if (action instanceof ElasticsearchAction.Script script && script.text().isBlank()) {
            problems.add("sink.action must have a script that is not empty");
        }
        if (action instanceof ElasticsearchAction.Index) {
            return;
        }
        if (mode == WriteMode.INSERT_ONLY) {
            problems.add(
                    "sink.action must be index() with Changes.withInsertOnly, for what exists is left as it is, got "
                            + action);
        } else if (mode == WriteMode.NEWEST_WINS && action instanceof ElasticsearchAction.Script) {
            problems.add(
                    "sink.action must not be a script when the changes have a version: a script cannot be guarded from"
                            + " outside, and running it twice need not be the same as once; compare the version in the script,"
                            + " and drop Changes.withVersion");
        } else if (mode == WriteMode.NEWEST_WINS && options.versionField() == null) {
            problems.add(
                    "sink.action must not be update() when the changes have a version, for Elasticsearch's update takes"
                            + " none; keep the version in the document with withVersionField, or write whole documents");
        }
    }

    private static void guard(List<String> problems, ElasticsearchWriteOptions<?> options, WriteMode mode) {
        String field = options.versionField();
        if (field == null) {
            return;
        }
        if (!FIELD.matcher(field).matches()) {
            problems.add(
                    "sink.version-field must be a field of the document's top level, letters, digits, _ and -, got '"
                            + field + "'");
        }
        if (mode != WriteMode.NEWEST_WINS) {
            problems.add("sink.version-field must not be set when the changes have no version, got '" + field
                    + "'; give them one with Changes.withVersion");
        }
    }

    private static void deletes(List<String> problems, ElasticsearchWriteOptions<?> options, WriteMode mode) {
        if (options.deleteMode() != DeleteMode.TOMBSTONE) {
            if (options.readersAlias() != null) {
                problems.add(
                        "sink.readers-alias must not be set without tombstones, got '" + options.readersAlias() + "'");
            }
            return;
        }
        if (mode != WriteMode.NEWEST_WINS) {
            problems.add("tombstones must have a version to compare with; give the changes one with"
                    + " Changes.withVersion, or drop withTombstones");
        }
        String alias = options.readersAlias();
        if (alias != null) {
            OptionRules.index(problems, "sink.readers-alias", alias);
            if (options.index() != null) {
                problems.add("sink.readers-alias must not be set when records have their own index, got '" + alias
                        + "'; put the alias into the index template");
            }
        }
    }
}
