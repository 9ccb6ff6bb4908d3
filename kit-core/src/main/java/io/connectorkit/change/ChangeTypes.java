package io.connectorkit.change;

import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * Flink's type information for keys and versions, so that streams keyed by them and state that holds them never fall
 * back to Kryo ({@code pipeline.generic-types: false} is fine).
 *
 * <p>The bytes are part of the state format: a key is written the same way by every version of the kit.
 */
public final class ChangeTypes {

    private static final TypeInformation<ChangeKey> KEY =
            new WordTypeInfo<>(ChangeKey.class, new ChangeKeySerializer());
    private static final TypeInformation<ChangeVersion> VERSION =
            new WordTypeInfo<>(ChangeVersion.class, new ChangeVersionSerializer());

    private ChangeTypes() {}

    /** Type of {@link ChangeKey}; usable in {@code keyBy}. */
    public static TypeInformation<ChangeKey> key() {
        return KEY;
    }

    /** Type of {@link ChangeVersion}. */
    public static TypeInformation<ChangeVersion> version() {
        return VERSION;
    }
}
