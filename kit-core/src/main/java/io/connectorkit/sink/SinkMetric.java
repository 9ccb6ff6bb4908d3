package io.connectorkit.sink;

/** The metrics of every sink of the kit; docs/metrics.md is made from this list. */
enum SinkMetric {
    RECORDS_SEND("numRecordsSend", Kind.COUNTER, "changes", "accepted by the destination, stale ones included"),
    BYTES_SEND("numBytesSend", Kind.COUNTER, "bytes", "of the changes that were written"),
    SEND_ERRORS("numRecordsSendErrors", Kind.COUNTER, "changes", "failed attempts, each one counted"),
    SEND_TIME("currentSendTime", Kind.GAUGE, "ms", "from sending the last answered request to its answer"),
    REQUESTS("requests", Kind.COUNTER, "requests", "sent"),
    STALE(
            "staleDropped",
            Kind.COUNTER,
            "changes",
            "not written because a newer version was there: by the store or before"),
    COALESCED("coalesced", Kind.GAUGE, "changes", "never sent because a newer one of their key took their place"),
    RETRIES(
            "retries",
            Kind.COUNTER,
            "changes",
            "put back to be sent again; also by `cause`, the class of the exception"),
    THROTTLES("throttles", Kind.COUNTER, "requests", "answered with a wish for less load"),
    TIMEOUTS("timeouts", Kind.COUNTER, "requests", "given up at sink.request-timeout"),
    BISECTED("bisected", Kind.COUNTER, "requests", "refused as a whole and sent again in halves"),
    REJECTED("rejected", Kind.COUNTER, "changes", "that the destination will never accept; also by `cause`"),
    DEAD_LETTERS("deadLetters", Kind.COUNTER, "letters", "written to the dead-letter sink; only with one"),
    BUFFERED_ENTRIES("bufferedEntries", Kind.GAUGE, "changes", "held now, waiting or in flight"),
    BUFFERED_BYTES("bufferedBytes", Kind.GAUGE, "bytes", "held now"),
    HELD_BACK_KEYS("heldBackKeys", Kind.GAUGE, "keys", "with a change waiting behind one in flight"),
    IN_FLIGHT("inFlight", Kind.GAUGE, "requests", "under way now"),
    WINDOW("window", Kind.GAUGE, "requests", "that may be under way now"),
    BOTTLENECK(
            "bottleneck",
            Kind.GAUGE,
            "text",
            "what keeps the sink from going faster now: source, hot keys, sink.in-flight or throttling");

    enum Kind {
        COUNTER,
        GAUGE
    }

    private final String key;
    private final Kind kind;
    private final String unit;
    private final String meaning;

    SinkMetric(String key, Kind kind, String unit, String meaning) {
        this.key = key;
        this.kind = kind;
        this.unit = unit;
        this.meaning = meaning;
    }

    /** Its name within the sink's metric group. */
    String key() {
        return key;
    }

    /** Its row in the documentation. */
    String row() {
        return "| `" + key + "` | " + kind.name().toLowerCase(java.util.Locale.ROOT) + " | " + unit + " | " + meaning
                + " |";
    }
}
