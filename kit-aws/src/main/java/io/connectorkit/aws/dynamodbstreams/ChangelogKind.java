package io.connectorkit.aws.dynamodbstreams;

import org.apache.flink.table.connector.ChangelogMode;

/** Which rows a change of an item becomes in SQL. */
enum ChangelogKind {
    /** INSERT, UPDATE_BEFORE, UPDATE_AFTER and DELETE, from old and new images. */
    ALL(RequiredImages.NEW_AND_OLD, ChangelogMode.all()),
    /** INSERT and UPDATE_AFTER by primary key from the new image, DELETE from the key alone. */
    UPSERT(RequiredImages.NEW, ChangelogMode.upsert()),
    /** As UPSERT, of the key columns alone. */
    KEYS_ONLY(RequiredImages.NONE, ChangelogMode.upsert());

    private final RequiredImages images;
    private final ChangelogMode mode;

    ChangelogKind(RequiredImages images, ChangelogMode mode) {
        this.images = images;
        this.mode = mode;
    }

    RequiredImages images() {
        return images;
    }

    ChangelogMode mode() {
        return mode;
    }
}
