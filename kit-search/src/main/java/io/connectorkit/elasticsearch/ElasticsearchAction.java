package io.connectorkit.elasticsearch;

import java.io.Serializable;
import java.util.Objects;

/**
 * What an upsert does with its document: replace the whole, merge a part, or run a script.
 *
 * <p>Creating without replacing is no action but a mode: {@code Changes.withInsertOnly}.
 */
public sealed interface ElasticsearchAction extends Serializable {

    /** The payload is the whole document and replaces what is there. The only action Elasticsearch guards by itself. */
    static ElasticsearchAction index() {
        return new Index();
    }

    /** The payload is a part of the document and is merged into it; a change of a missing document is rejected. */
    static Update update() {
        return new Update(false);
    }

    /** The script runs with the payload as {@code params}; a change of a missing document is rejected. */
    static Script script(String source) {
        return new Script(source, false, false);
    }

    /** As {@link #script}, with a script that the cluster stores under {@code id}. */
    static Script storedScript(String id) {
        return new Script(id, true, false);
    }

    /** Whole documents. */
    record Index() implements ElasticsearchAction {}

    /**
     * Parts of documents.
     *
     * @param createsMissing whether the part becomes the document where there is none ({@code doc_as_upsert})
     */
    record Update(boolean createsMissing) implements ElasticsearchAction {
        public Update withMissingCreated() {
            return new Update(true);
        }
    }

    /**
     * Scripts in the cluster's default language, painless.
     *
     * @param text the script's source, or its id when stored
     * @param stored whether the cluster has the script under {@code text}
     * @param createsMissing whether the payload becomes the document where there is none ({@code upsert})
     */
    record Script(String text, boolean stored, boolean createsMissing) implements ElasticsearchAction {
        public Script {
            Objects.requireNonNull(text, "text");
        }

        public Script withMissingCreated() {
            return new Script(text, stored, true);
        }
    }
}
