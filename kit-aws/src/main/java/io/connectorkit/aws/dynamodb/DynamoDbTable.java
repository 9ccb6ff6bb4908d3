package io.connectorkit.aws.dynamodb;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A table to write to and what its attributes mean.
 *
 * @param name of the table, or its ARN
 * @param partitionKey attribute that part 1 of a change's key goes to
 * @param sortKey attribute that part 2 goes to; null for a table without
 * @param version what holds the version of the item that is there; null without a guard
 * @param tombstones what a delete leaves behind; null for nothing
 */
public record DynamoDbTable(
        String name,
        String partitionKey,
        @Nullable String sortKey,
        @Nullable Version version,
        @Nullable Tombstones tombstones)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Bytes of a key attribute's name (DynamoDB naming rules). */
    private static final int KEY_NAME_BYTES = 255;

    /** Bytes of any other attribute's name. */
    private static final int NAME_BYTES = 65_535;

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{3,255}");
    private static final Pattern ARN = Pattern.compile("arn:[^:]+:dynamodb:[^:]*:[^:]*:table/[a-zA-Z0-9_.-]{3,255}");

    /** How a version is stored. */
    public enum VersionType {
        /** A number: readable, up to 38 digits, as many as DynamoDB's numbers have. */
        NUMBER,
        /** 60 digits of text with leading zeros: for wider sequence numbers, such as those of Kinesis. */
        TEXT
    }

    /** The attribute that holds an item's version. */
    public record Version(String attribute, VersionType type) implements Serializable {
        public Version {
            Objects.requireNonNull(attribute, "attribute");
            Objects.requireNonNull(type, "type");
        }
    }

    /**
     * Deleted items stay as key, version and these two attributes until DynamoDB expires them. Readers skip items that
     * have {@code deletedAt}.
     *
     * @param deletedAt attribute with the time of the delete, in seconds since the epoch
     * @param expiresAt the table's time-to-live attribute
     * @param keptFor how long an older change can still arrive
     */
    public record Tombstones(String deletedAt, String expiresAt, Duration keptFor) implements Serializable {
        public Tombstones {
            Objects.requireNonNull(deletedAt, "deletedAt");
            Objects.requireNonNull(expiresAt, "expiresAt");
            Objects.requireNonNull(keptFor, "keptFor");
        }
    }

    public DynamoDbTable {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(partitionKey, "partitionKey");
        List<String> problems = new ArrayList<>();
        if (!NAME.matcher(name).matches() && !ARN.matcher(name).matches()) {
            problems.add("table-name must be 3 to 255 letters, digits, '_', '-' or '.', or the ARN of a table, got '"
                    + name + "'");
        }
        Set<String> seen = new HashSet<>();
        attribute(problems, seen, "partition key", partitionKey, KEY_NAME_BYTES);
        attribute(problems, seen, "sort key", sortKey, KEY_NAME_BYTES);
        attribute(problems, seen, "version attribute", version == null ? null : version.attribute, NAME_BYTES);
        if (tombstones != null) {
            attribute(problems, seen, "deleted-at attribute", tombstones.deletedAt, NAME_BYTES);
            attribute(problems, seen, "expires-at attribute", tombstones.expiresAt, NAME_BYTES);
            if (tombstones.keptFor.toSeconds() < 1) {
                problems.add("time that tombstones are kept must be at least 1 s, got " + tombstones.keptFor);
            }
            if (version == null) {
                problems.add("tombstones must have a version attribute to compare with, got none;"
                        + " add it with withVersion");
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    private static void attribute(
            List<String> problems, Set<String> seen, String role, @Nullable String attribute, int mostBytes) {
        if (attribute == null) {
            return;
        }
        int bytes = attribute.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > mostBytes) {
            problems.add(role + " must be a name of 1 to " + mostBytes + " bytes (DynamoDB), got " + bytes);
        } else if (!seen.add(attribute)) {
            problems.add("attribute '" + attribute + "' must have one role, got it twice");
        }
    }

    /** A table with a partition key; hard deletes, no guard. */
    public static DynamoDbTable of(String name, String partitionKey) {
        return new DynamoDbTable(name, partitionKey, null, null, null);
    }

    /** A table with a partition key and a sort key; hard deletes, no guard. */
    public static DynamoDbTable of(String name, String partitionKey, String sortKey) {
        return new DynamoDbTable(name, partitionKey, sortKey, null, null);
    }

    /** Guards writes by a number attribute: versions of up to 38 digits. */
    public DynamoDbTable withVersion(String attribute) {
        return withVersion(attribute, VersionType.NUMBER);
    }

    public DynamoDbTable withVersion(String attribute, VersionType type) {
        return new DynamoDbTable(name, partitionKey, sortKey, new Version(attribute, type), tombstones);
    }

    /**
     * Keeps a fence of each deleted item, so that a late replay cannot bring it back. Turn the table's time to live on
     * for {@code expiresAt}, or they stay for ever. Needs {@link #withVersion} first.
     */
    public DynamoDbTable withTombstones(String deletedAt, String expiresAt, Duration keptFor) {
        return new DynamoDbTable(name, partitionKey, sortKey, version, new Tombstones(deletedAt, expiresAt, keptFor));
    }
}
