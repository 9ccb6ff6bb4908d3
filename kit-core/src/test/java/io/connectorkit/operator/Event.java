package io.connectorkit.operator;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;

/** What the operators are tested on; a null key or a version that is no number cannot be read. */
public record Event(String key, String version, String body) {

    static Event of(String key, long version) {
        return new Event(key, Long.toString(version), key + "@" + version);
    }

    ChangeKey changeKey() {
        return ChangeKey.of(key);
    }

    ChangeVersion changeVersion() {
        return ChangeVersion.of(version);
    }
}
