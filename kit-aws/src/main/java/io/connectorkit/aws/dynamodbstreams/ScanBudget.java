package io.connectorkit.aws.dynamodbstreams;

import org.jspecify.annotations.Nullable;

/**
 * Spends a segment's share of the read capacity evenly: pages of about a second's worth, and rests for what they cost.
 * Shared by all segments of a reader.
 */
final class ScanBudget {

    private static final int FIRST_PAGE_ITEMS = 25;
    private static final double WEIGHT = 0.2;

    /** Units for each second and segment; 0 for no bound. */
    private final double unitsPerSecond;

    /** Of one item, as seen so far. */
    private @Nullable Double unitsPerItem;

    ScanBudget(DynamoDbScanOptions scan) {
        this.unitsPerSecond = (double) scan.readUnitsPerSecond() / scan.segments();
    }

    /** Items to ask for. */
    synchronized int items(int most) {
        if (unitsPerSecond == 0) {
            return most;
        }
        Double each = unitsPerItem;
        double items = each == null ? FIRST_PAGE_ITEMS : unitsPerSecond / each;
        return (int) Math.max(1, Math.min(most, items));
    }

    /** Milliseconds to rest after a page. */
    synchronized long restMillis(double units, int items) {
        if (unitsPerSecond == 0) {
            return 0;
        }
        if (items > 0 && units > 0) {
            Double each = unitsPerItem;
            unitsPerItem = each == null ? units / items : each + WEIGHT * (units / items - each);
        }
        return Math.round(1000 * units / unitsPerSecond);
    }
}
