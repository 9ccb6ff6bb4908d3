package io.connectorkit.elasticsearch;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import java.nio.charset.StandardCharsets;

/** Changes for tests, in few words. */
final class ChangeFixture {

    private ChangeFixture() {}

    static Change<byte[]> upsert(Object key, long version, String json) {
        return new Change.Upsert<>(ChangeKey.of(key), ChangeVersion.of(version), utf8(json));
    }

    static Change<byte[]> upsert(Object key, String json) {
        return new Change.Upsert<>(ChangeKey.of(key), null, utf8(json));
    }

    static Change<byte[]> delete(Object key, long version) {
        return new Change.Delete<>(ChangeKey.of(key), ChangeVersion.of(version));
    }

    static Change<byte[]> delete(Object key) {
        return new Change.Delete<>(ChangeKey.of(key), null);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
