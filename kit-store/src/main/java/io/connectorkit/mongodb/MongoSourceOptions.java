package io.connectorkit.mongodb;

import io.connectorkit.failure.RetryPolicy;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.configuration.MemorySize;
import org.bson.BsonDocument;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link MongoSource} reads and how.
 *
 * @param partitioning how the collection is cut into splits
 * @param partitionSize bytes of a split that SAMPLE and SPLIT_VECTOR aim at
 * @param samples ids drawn for each split by SAMPLE; more make splits more even
 * @param partitionRecords documents of a split of PAGINATION
 * @param fetchSize documents of one answer of the server
 * @param projection fields that are read, as dotted paths, besides {@code _id}; empty for whole documents
 * @param filter documents that are read; empty for all
 * @param limit most documents read from each split; null for all
 * @param retry how often a read that failed is tried again before the job fails
 * @param requestTimeout longest wait for an answer
 */
public record MongoSourceOptions(
        MongoPartitioning partitioning,
        MemorySize partitionSize,
        int samples,
        int partitionRecords,
        int fetchSize,
        List<String> projection,
        BsonDocument filter,
        @Nullable Long limit,
        RetryPolicy retry,
        Duration requestTimeout)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    public MongoSourceOptions {
        Objects.requireNonNull(partitioning, "partitioning");
        Objects.requireNonNull(partitionSize, "partitionSize");
        projection = List.copyOf(projection);
        Objects.requireNonNull(filter, "filter");
        Objects.requireNonNull(retry, "retry");
        Objects.requireNonNull(requestTimeout, "requestTimeout");
        List<String> problems = new ArrayList<>();
        if (partitionSize.getBytes() < 1024) {
            problems.add("scan.partition.size must be at least 1 kb, got " + partitionSize);
        }
        atLeastOne(problems, "scan.partition.samples", samples);
        atLeastOne(problems, "scan.partition.record-size", partitionRecords);
        atLeastOne(problems, "scan.fetch-size", fetchSize);
        if (limit != null && limit < 0) {
            problems.add("limit must be at least 0, got " + limit);
        }
        MongoOptionRules.timeout(problems, "scan.request-timeout", requestTimeout);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    private static void atLeastOne(List<String> problems, String option, int value) {
        if (value < 1) {
            problems.add(option + " must be at least 1, got " + value);
        }
    }

    /** Everything: splits of about 64 MiB, 2,048 documents an answer, default retries, answers within 60 s. */
    public static MongoSourceOptions defaults() {
        return new MongoSourceOptions(
                MongoPartitioning.AUTO,
                MemorySize.ofMebiBytes(64),
                10,
                100_000,
                2_048,
                List.of(),
                new BsonDocument(),
                null,
                RetryPolicy.defaults(),
                Duration.ofSeconds(60));
    }

    public MongoSourceOptions withPartitioning(MongoPartitioning partitioning) {
        return copy(partitioning, partitionSize, samples, partitionRecords, projection, filter, limit);
    }

    public MongoSourceOptions withPartitionSize(MemorySize partitionSize) {
        return copy(partitioning, partitionSize, samples, partitionRecords, projection, filter, limit);
    }

    public MongoSourceOptions withSamples(int samples) {
        return copy(partitioning, partitionSize, samples, partitionRecords, projection, filter, limit);
    }

    public MongoSourceOptions withPartitionRecords(int partitionRecords) {
        return copy(partitioning, partitionSize, samples, partitionRecords, projection, filter, limit);
    }

    /** Reads only these fields, as dotted paths, and {@code _id}. */
    public MongoSourceOptions withProjection(String... fields) {
        return copy(partitioning, partitionSize, samples, partitionRecords, List.of(fields), filter, limit);
    }

    /** Reads only documents that match, as {@code com.mongodb.client.model.Filters} builds it. */
    public MongoSourceOptions withFilter(Bson filter) {
        BsonDocument bson = BsonPayload.of(filter);
        return copy(partitioning, partitionSize, samples, partitionRecords, projection, bson, limit);
    }

    public MongoSourceOptions withLimit(long limit) {
        return copy(partitioning, partitionSize, samples, partitionRecords, projection, filter, limit);
    }

    private MongoSourceOptions copy(
            MongoPartitioning partitioning,
            MemorySize partitionSize,
            int samples,
            int partitionRecords,
            List<String> projection,
            BsonDocument filter,
            @Nullable Long limit) {
        return new MongoSourceOptions(
                partitioning,
                partitionSize,
                samples,
                partitionRecords,
                fetchSize,
                projection,
                filter,
                limit,
                retry,
                requestTimeout);
    }

    public MongoSourceOptions withFetchSize(int fetchSize) {
        return new MongoSourceOptions(
                partitioning,
                partitionSize,
                samples,
                partitionRecords,
                fetchSize,
                projection,
                filter,
                limit,
                retry,
                requestTimeout);
    }

    /** Sets both at once: each attempt takes at most {@code requestTimeout}. */
    public MongoSourceOptions withRetry(RetryPolicy retry, Duration requestTimeout) {
        return new MongoSourceOptions(
                partitioning,
                partitionSize,
                samples,
                partitionRecords,
                fetchSize,
                projection,
                filter,
                limit,
                retry,
                requestTimeout);
    }
}
