package io.connectorkit.aws.dynamodbstreams;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * How a table is scanned.
 *
 * @param segments parts read side by side, each resumed where a checkpoint left it; all subtasks together
 * @param pageItems most items in a request; a request ends after 1 MB too
 * @param readUnitsPerSecond read capacity units that all segments together may consume; 0 for no bound. A strongly
 *     consistent read of 4 KB takes one unit
 */
public record DynamoDbScanOptions(int segments, int pageItems, int readUnitsPerSecond) implements Serializable {

    /** DynamoDB allows a million; each is a line of the checkpoint. */
    static final int MAX_SEGMENTS = 4096;

    private static final int MAX_PAGE_ITEMS = 1000;

    public DynamoDbScanOptions {
        List<String> problems = new ArrayList<>();
        if (segments < 1 || segments > MAX_SEGMENTS) {
            problems.add("scan.segments must be between 1 and " + MAX_SEGMENTS + ", got " + segments);
        }
        if (pageItems < 1 || pageItems > MAX_PAGE_ITEMS) {
            problems.add("scan.page-size must be between 1 and " + MAX_PAGE_ITEMS + ", got " + pageItems);
        }
        if (readUnitsPerSecond < 0) {
            problems.add("scan.read-units-per-second must be at least 0 (0 for no bound), got " + readUnitsPerSecond);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    /** 16 segments, pages of 1,000 items, no bound on read capacity. */
    public static DynamoDbScanOptions defaults() {
        return new DynamoDbScanOptions(16, MAX_PAGE_ITEMS, 0);
    }

    public DynamoDbScanOptions withSegments(int segments) {
        return new DynamoDbScanOptions(segments, pageItems, readUnitsPerSecond);
    }

    public DynamoDbScanOptions withPageItems(int pageItems) {
        return new DynamoDbScanOptions(segments, pageItems, readUnitsPerSecond);
    }

    public DynamoDbScanOptions withReadUnitsPerSecond(int readUnitsPerSecond) {
        return new DynamoDbScanOptions(segments, pageItems, readUnitsPerSecond);
    }
}
