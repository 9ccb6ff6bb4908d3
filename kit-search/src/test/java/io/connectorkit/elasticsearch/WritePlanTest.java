package io.connectorkit.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.DeleteMode;
import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.Ordering;
import org.junit.jupiter.api.Test;

class WritePlanTest {

    private static final ElasticsearchWriteOptions<String> DEFAULTS = ElasticsearchWriteOptions.defaults();

    @Test
    void refusesAnUpdateThatNothingWouldGuard() {
        assertRefused(
                DEFAULTS.withAction(ElasticsearchAction.update()),
                WriteMode.NEWEST_WINS,
                "sink.action must not be update() when the changes have a version, for Elasticsearch's update takes none;"
                        + " keep the version in the document with withVersionField, or write whole documents");
        assertRefused(
                DEFAULTS.withAction(ElasticsearchAction.script("x")).withVersionField("seq"),
                WriteMode.NEWEST_WINS,
                "sink.action must not be a script when the changes have a version: a script cannot be guarded from outside,"
                        + " and running it twice need not be the same as once; compare the version in the script, and"
                        + " drop Changes.withVersion");
        assertRefused(
                DEFAULTS.withAction(ElasticsearchAction.update().withMissingCreated()),
                WriteMode.INSERT_ONLY,
                "sink.action must be index() with Changes.withInsertOnly, for what exists is left as it is, got"
                        + " Update[createsMissing=true]");
    }

    @Test
    void refusesWhatHasNoEffect() {
        assertRefused(
                DEFAULTS.withDataStream(),
                WriteMode.OVERWRITE,
                "a data stream takes creates only (Elasticsearch), got changes in mode OVERWRITE; use"
                        + " Changes.withInsertOnly");
        assertRefused(
                DEFAULTS.withTombstones(),
                WriteMode.OVERWRITE,
                "tombstones must have a version to compare with; give the changes one with Changes.withVersion, or drop"
                        + " withTombstones");
        assertRefused(
                DEFAULTS.withVersionField("seq"),
                WriteMode.INSERT_ONLY,
                "sink.version-field must not be set when the changes have no version, got 'seq'; give them one with"
                        + " Changes.withVersion");
        assertRefused(
                DEFAULTS.withReadersAlias("live").withIndex(text -> "i"),
                WriteMode.NEWEST_WINS,
                "sink.readers-alias must not be set when records have their own index, got 'live'; put the alias into the"
                        + " index template");
        assertRefused(
                DEFAULTS.withPipeline("geo").withAction(ElasticsearchAction.update()),
                WriteMode.OVERWRITE,
                "sink.pipeline must not be set with updates or scripts (Elasticsearch runs pipelines on whole documents"
                        + " only), got 'geo'");
    }

    @Test
    void collectsAllProblemsInOneException() {
        ElasticsearchWriteOptions<String> options = new ElasticsearchWriteOptions<>(
                ElasticsearchAction.script(" "),
                null,
                null,
                "a b",
                ElasticsearchWriteOptions.Refresh.NONE,
                true,
                DeleteMode.HARD,
                "live",
                "_version",
                "");
        assertRefused(
                options,
                WriteMode.OVERWRITE,
                """
                sink.action must have a script that is not empty
                sink.version-field must be a field of the document's top level, letters, digits, _ and -, got '_version'
                sink.version-field must not be set when the changes have no version, got '_version'; give them one with \
                Changes.withVersion
                sink.readers-alias must not be set without tombstones, got 'live'
                a data stream takes creates only (Elasticsearch), got changes in mode OVERWRITE; use Changes.withInsertOnly
                sink.pipeline must be the name of an ingest pipeline, got 'a b'
                sink.pipeline must not be set with updates or scripts (Elasticsearch runs pipelines on whole documents only), \
                got 'a b'
                document-id.key-delimiter must not be empty; leave it out for ids that cannot collide""");
    }

    @Test
    void skipsNoStepOfADocumentAndNoFirstInsert() {
        assertThat(WritePlan.of(WriteMode.NEWEST_WINS).ordering()).isEqualTo(Ordering.COALESCE);
        assertThat(WritePlan.of(WriteMode.OVERWRITE).ordering()).isEqualTo(Ordering.COALESCE);
        assertThat(WritePlan.of(WriteMode.INSERT_ONLY).ordering()).isEqualTo(Ordering.FIFO);
        assertThat(WritePlan.of(WriteMode.INSERT_ONLY).appending().ordering()).isEqualTo(Ordering.NONE);
        for (ElasticsearchAction action :
                new ElasticsearchAction[] {ElasticsearchAction.update(), ElasticsearchAction.storedScript("add")}) {
            assertThat(WritePlan.of(DEFAULTS.withAction(action), WriteMode.OVERWRITE)
                            .ordering())
                    .isEqualTo(Ordering.FIFO);
        }
    }

    @Test
    void asksForNoMorePrivilegesThanItNeeds() {
        assertThat(WritePlan.of(WriteMode.NEWEST_WINS).privileges()).containsExactly("index", "delete");
        assertThat(WritePlan.of(WriteMode.INSERT_ONLY).privileges()).containsExactly("create_doc");
        assertThat(WritePlan.of(DEFAULTS.withTombstones().withVersionField("seq"), WriteMode.NEWEST_WINS)
                        .privileges())
                .containsExactly("read", "index");
    }

    private static void assertRefused(ElasticsearchWriteOptions<String> options, WriteMode mode, String message) {
        assertThatThrownBy(() -> WritePlan.of(options, mode))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
