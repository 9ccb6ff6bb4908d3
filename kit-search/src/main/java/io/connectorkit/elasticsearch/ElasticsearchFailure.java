package io.connectorkit.elasticsearch;

/** A refusal in Elasticsearch's own words, without payloads. Without a stack trace: a batch may bring thousands. */
final class ElasticsearchFailure extends Exception {

    private static final long serialVersionUID = 1L;

    ElasticsearchFailure(String message) {
        super(message, null, false, false);
    }
}
