package io.connectorkit.sink;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the records of a stream read as changes: which key, which version, which payload, which are deletes.
 *
 * <p>Immutable; each {@code with} call returns a copy.
 *
 * @param <T> the stream's records
 * @param <P> the payload of an upsert
 */
public final class Changes<T, P> implements Serializable {

    private static final long serialVersionUID = 1L;

    private final Extractor<T, ChangeKey> key;
    private final Extractor<T, P> payload;
    private final @Nullable Extractor<T, ChangeVersion> version;
    private final @Nullable Extractor<T, Boolean> delete;
    private final boolean insertOnly;

    /** Set where the records are changes already; the extractors are then not used. */
    private final boolean given;

    private Changes(
            Extractor<T, ChangeKey> key,
            Extractor<T, P> payload,
            @Nullable Extractor<T, ChangeVersion> version,
            @Nullable Extractor<T, Boolean> delete,
            boolean insertOnly,
            boolean given) {
        this.key = key;
        this.payload = payload;
        this.version = version;
        this.delete = delete;
        this.insertOnly = insertOnly;
        this.given = given;
    }

    /** Every record upserts {@code payload} under {@code key}; without a version the last arrival stays. */
    public static <T, P> Changes<T, P> of(Extractor<T, ChangeKey> key, Extractor<T, P> payload) {
        return new Changes<>(
                Objects.requireNonNull(key, "key"),
                Objects.requireNonNull(payload, "payload"),
                null,
                null,
                false,
                false);
    }

    /** For streams whose records are changes already; all of them must have a version under NEWEST_WINS. */
    public static <P> Changes<Change<P>, P> given(WriteMode mode) {
        return new Changes<>(
                Change::key,
                change -> ((Change.Upsert<P>) change).payload(),
                mode == WriteMode.NEWEST_WINS ? Changes::versionOf : null,
                change -> change instanceof Change.Delete,
                mode == WriteMode.INSERT_ONLY,
                true);
    }

    private static ChangeVersion versionOf(Change<?> change) {
        return present(change.version(), "version", change.key());
    }

    /** Guards every write by {@code version}: {@link WriteMode#NEWEST_WINS}. */
    public Changes<T, P> withVersion(Extractor<T, ChangeVersion> version) {
        return new Changes<>(key, payload, Objects.requireNonNull(version, "version"), delete, insertOnly, false);
    }

    /** Records for which {@code delete} is true delete their key; their payload is not read. */
    public Changes<T, P> withDeletes(Extractor<T, Boolean> delete) {
        return new Changes<>(key, payload, version, Objects.requireNonNull(delete, "delete"), insertOnly, false);
    }

    /** Writes new keys only: {@link WriteMode#INSERT_ONLY}. */
    public Changes<T, P> withInsertOnly() {
        return new Changes<>(key, payload, version, delete, true, false);
    }

    /** The same changes with their payload passed through {@code codec}; connectors turn documents into bytes here. */
    public <Q> Changes<T, Q> withPayload(Extractor<? super P, ? extends Q> codec) {
        Extractor<T, P> before = payload;
        return new Changes<>(key, record -> codec.extract(before.extract(record)), version, delete, insertOnly, false);
    }

    /** The same changes under keys made by {@code keys}; connectors add what else a row is found by, such as its index. */
    public Changes<T, P> withKey(KeyMapper<T> keys) {
        Extractor<T, ChangeKey> before = key;
        return new Changes<>(
                record -> keys.map(record, present(before.extract(record), "key", record)),
                payload,
                version,
                delete,
                insertOnly,
                false);
    }

    /** What the destination is asked to do when it already holds a key. */
    public WriteMode writeMode() {
        if (insertOnly) {
            return WriteMode.INSERT_ONLY;
        }
        return version == null ? WriteMode.OVERWRITE : WriteMode.NEWEST_WINS;
    }

    /** Reads {@code record} as a change; throws what the extractors throw, and for a null key, version or payload. */
    @SuppressWarnings("unchecked") // Given records are changes of this payload.
    public Change<P> read(T record) throws Exception {
        if (given) {
            Change<P> change = (Change<P>) record;
            if (version != null && change.version() == null) {
                throw new IllegalArgumentException("version of key " + change.key() + " must not be null");
            }
            return change;
        }
        ChangeKey changeKey = present(key.extract(record), "key", record);
        ChangeVersion changeVersion = version == null ? null : present(version.extract(record), "version", changeKey);
        if (delete != null && delete.extract(record)) {
            return new Change.Delete<>(changeKey, changeVersion);
        }
        return new Change.Upsert<>(changeKey, changeVersion, present(payload.extract(record), "payload", changeKey));
    }

    private static <R> R present(@Nullable R value, String what, Object of) {
        if (value == null) {
            // The record itself may hold secrets: name its type or its key only.
            String owner = of instanceof ChangeKey
                    ? "key " + of
                    : "a record of " + of.getClass().getName();
            throw new IllegalArgumentException(what + " of " + owner + " must not be null");
        }
        return value;
    }

    /** Makes the key under which a change is written. */
    @FunctionalInterface
    public interface KeyMapper<T> extends Serializable {
        ChangeKey map(T record, ChangeKey key) throws Exception;
    }
}
