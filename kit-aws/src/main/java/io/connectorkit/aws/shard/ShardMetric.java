package io.connectorkit.aws.shard;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The metrics of every shard source; docs/metrics.md is made from this list. */
enum ShardMetric {
    RECORDS("records", Kind.COUNTER, Scope.SHARD, "records", "emitted; those before the start of the job are not"),
    BYTES("bytes", Kind.COUNTER, Scope.SHARD, "bytes", "of the records read, where the service tells"),
    GETS("gets", Kind.COUNTER, Scope.SHARD, "requests", "for records"),
    THROTTLES("throttles", Kind.COUNTER, Scope.SHARD, "requests", "answered with a wish for less load"),
    RETRIES("retries", Kind.COUNTER, Scope.SHARD, "requests", "that failed and were sent again"),
    ITERATOR_RENEWALS("iteratorRenewals", Kind.COUNTER, Scope.SHARD, "iterators", "that had expired"),
    MISPLACED(
            "misplacedRecords",
            Kind.COUNTER,
            Scope.SHARD,
            "records",
            "packed into a record that came to the shard of others, and left out: Kinesis only"),
    GAPS("gaps", Kind.COUNTER, Scope.SHARD, "gaps", "records trimmed before they were read"),
    MILLIS_BEHIND_LATEST(
            "millisBehindLatest",
            Kind.GAUGE,
            Scope.SHARD,
            "ms",
            "from the newest thing known of the shard to now: small when idle, growing while requests fail; the largest"
                    + " of a subtask"),
    HEADROOM_MILLIS(
            "headroomMillis",
            Kind.GAUGE,
            Scope.SHARD,
            "ms",
            "until unread records are trimmed, at the service's retention; the smallest of a subtask"),
    OPEN_SHARDS("openShards", Kind.GAUGE, Scope.SUBTASK, "shards", "read now"),
    BUFFERED_RECORDS("bufferedRecords", Kind.GAUGE, Scope.SUBTASK, "records", "fetched and not emitted yet"),
    LISTED_SHARDS("listedShards", Kind.GAUGE, Scope.JOB, "shards", "known to the source"),
    WAITING_CHILDREN("waitingChildren", Kind.GAUGE, Scope.JOB, "shards", "listed and not read yet, for their parents"),
    SNAPSHOT_PARTS_LEFT(
            "snapshotPartsLeft", Kind.GAUGE, Scope.JOB, "parts", "of the snapshot that were not read to their end"),
    SNAPSHOT_RECORDS(
            "snapshotRecords",
            Kind.GAUGE,
            Scope.JOB,
            "records",
            "that the snapshot has, about; `records` of its parts says how many of them were read");

    enum Kind {
        COUNTER,
        GAUGE
    }

    /** Where it is registered. */
    enum Scope {
        /** Once for the reader of a subtask and once for each shard, below the group {@code shard}. */
        SHARD,
        /** For the reader of a subtask. */
        SUBTASK,
        /** For the enumerator, on the job manager. */
        JOB
    }

    private final String key;
    private final Kind kind;
    private final Scope scope;
    private final String unit;
    private final String meaning;

    ShardMetric(String key, Kind kind, Scope scope, String unit, String meaning) {
        this.key = key;
        this.kind = kind;
        this.scope = scope;
        this.unit = unit;
        this.meaning = meaning;
    }

    static List<ShardMetric> of(Kind kind, Scope scope) {
        return Arrays.stream(values())
                .filter(metric -> metric.kind == kind && metric.scope == scope)
                .toList();
    }

    /** Its name within its group. */
    String key() {
        return key;
    }

    /** Its row in the documentation. */
    String row() {
        return "| `" + key + "` | " + kind.name().toLowerCase(Locale.ROOT) + " | "
                + (scope == Scope.SHARD ? "subtask, shard" : scope.name().toLowerCase(Locale.ROOT)) + " | " + unit
                + " | " + meaning + " |";
    }
}
