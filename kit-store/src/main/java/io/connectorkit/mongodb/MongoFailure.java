package io.connectorkit.mongodb;

/** A failure in words that hold no values of documents, with the place where it happened. */
final class MongoFailure extends Exception {

    private static final long serialVersionUID = 1L;

    MongoFailure(String message) {
        super(message);
    }

    /** {@code origin} gives its stack trace only: its message may quote a document. */
    MongoFailure(String message, Throwable origin) {
        super(message);
        setStackTrace(origin.getStackTrace());
    }
}
