package io.connectorkit.mongodb;

import io.connectorkit.change.DeleteMode;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How keys, versions and deletes are laid out in the documents of a collection. The same for sinks, lookups and sources.
 *
 * <p>A key has one part for each id field and then one for each shard key field that is no id field.
 *
 * @param idFields names of the key parts that make {@code _id}: one part is the {@code _id} as it is, several are a
 *     sub-document with these fields in this order
 * @param shardKey fields that stand in the filter of every write, as dotted paths; empty for collections that are not
 *     sharded, or sharded by {@code _id}
 * @param idType what a string id is stored as
 * @param versionField holds the version of the document that is there
 * @param deleteMode what a delete leaves behind
 * @param deletedAtField only tombstones have it: when the key was deleted
 * @param tombstoneTtl how long the server keeps tombstones, by a TTL index that the sink creates; null keeps them
 */
public record MongoDocumentOptions(
        List<String> idFields,
        List<String> shardKey,
        MongoIdType idType,
        String versionField,
        DeleteMode deleteMode,
        String deletedAtField,
        @Nullable Duration tombstoneTtl)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    static final String ID = "_id";

    /** Seconds of a TTL index, a 32-bit integer (MongoDB, "TTL Indexes"). */
    private static final Duration MAX_TTL = Duration.ofSeconds(Integer.MAX_VALUE);

    public MongoDocumentOptions {
        idFields = List.copyOf(idFields);
        shardKey = List.copyOf(shardKey);
        Objects.requireNonNull(idType, "idType");
        Objects.requireNonNull(versionField, "versionField");
        Objects.requireNonNull(deleteMode, "deleteMode");
        Objects.requireNonNull(deletedAtField, "deletedAtField");
        List<String> problems = new ArrayList<>();
        if (idFields.isEmpty()) {
            problems.add("id fields must be at least 1, got none");
        }
        names(problems, "id field", idFields);
        names(problems, "shard key field", shardKey);
        name(problems, "version field", versionField);
        name(problems, "deleted-at field", deletedAtField);
        if (versionField.equals(deletedAtField)) {
            problems.add("version field and deleted-at field must differ, got '" + versionField + "' for both");
        }
        for (String field : shardKey) {
            if (field.equals(ID) || field.startsWith(ID + ".")) {
                problems.add("shard key fields must be other fields than _id, which is in every filter anyway, got '"
                        + field + "'");
            }
        }
        for (String own : List.of(versionField, deletedAtField)) {
            if (own.equals(ID) || shardKey.contains(own)) {
                problems.add("field '" + own + "' must have one role, got it as id or shard key and as the sink's own");
            }
        }
        if (tombstoneTtl != null && deleteMode != DeleteMode.TOMBSTONE) {
            problems.add("tombstone ttl must be set for TOMBSTONE only, got " + tombstoneTtl + " with " + deleteMode);
        } else if (tombstoneTtl != null && (tombstoneTtl.toSeconds() < 1 || tombstoneTtl.compareTo(MAX_TTL) > 0)) {
            problems.add("tombstone ttl must be between 1 s and " + MAX_TTL + " (MongoDB), got " + tombstoneTtl);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    private static void names(List<String> problems, String what, List<String> names) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            name(problems, what, name);
            if (!seen.add(name)) {
                problems.add(what + "s must differ, got '" + name + "' twice");
            }
        }
    }

    private static void name(List<String> problems, String what, String name) {
        if (name.isEmpty() || name.startsWith("$") || name.indexOf('\0') >= 0) {
            problems.add(what + " must not be empty, start with $ or contain NUL (MongoDB), got '" + name + "'");
        }
    }

    /** One key part that is {@code _id} as it is; version in {@code _ver}; hard deletes. */
    public static MongoDocumentOptions defaults() {
        return new MongoDocumentOptions(
                List.of(ID), List.of(), MongoIdType.AS_GIVEN, "_ver", DeleteMode.HARD, "_deletedAt", null);
    }

    /** Names the key parts that make {@code _id}; several make a sub-document. */
    public MongoDocumentOptions withIdFields(String... idFields) {
        return new MongoDocumentOptions(
                List.of(idFields), shardKey, idType, versionField, deleteMode, deletedAtField, tombstoneTtl);
    }

    /**
     * Names the fields of the collection's shard key. They are parts of the key, since a guard that does not know the
     * shard could leave one version of a document on each of two.
     */
    public MongoDocumentOptions withShardKey(String... shardKey) {
        return new MongoDocumentOptions(
                idFields, List.of(shardKey), idType, versionField, deleteMode, deletedAtField, tombstoneTtl);
    }

    /** Stores string ids as ObjectId: each must have 24 hexadecimal digits. */
    public MongoDocumentOptions withObjectIds() {
        return new MongoDocumentOptions(
                idFields, shardKey, MongoIdType.OBJECT_ID, versionField, deleteMode, deletedAtField, tombstoneTtl);
    }

    public MongoDocumentOptions withVersionField(String versionField) {
        return new MongoDocumentOptions(
                idFields, shardKey, idType, versionField, deleteMode, deletedAtField, tombstoneTtl);
    }

    /**
     * Deletes leave a document with id, version and time of the delete, so that a replay that is older than the delete
     * cannot bring the document back. Lookups and sources with these options do not see it; other readers add
     * {@code {_deletedAt: null}}. Kept until removed by hand.
     */
    public MongoDocumentOptions withTombstones() {
        return new MongoDocumentOptions(
                idFields, shardKey, idType, versionField, DeleteMode.TOMBSTONE, deletedAtField, null);
    }

    /** As {@link #withTombstones()}; the server removes them after {@code ttl}, which no replay may reach behind. */
    public MongoDocumentOptions withTombstones(Duration ttl) {
        return new MongoDocumentOptions(
                idFields,
                shardKey,
                idType,
                versionField,
                DeleteMode.TOMBSTONE,
                deletedAtField,
                Objects.requireNonNull(ttl, "ttl"));
    }

    public MongoDocumentOptions withDeletedAtField(String deletedAtField) {
        return new MongoDocumentOptions(
                idFields, shardKey, idType, versionField, deleteMode, deletedAtField, tombstoneTtl);
    }

    boolean tombstones() {
        return deleteMode == DeleteMode.TOMBSTONE;
    }

    /** Shard key fields that are no id fields: the last parts of a key. */
    List<String> extraKeyFields() {
        return shardKey.stream().filter(field -> !idFields.contains(field)).toList();
    }
}
