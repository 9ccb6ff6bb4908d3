package io.connectorkit.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import org.junit.jupiter.api.Test;

class ChangesTest {

    private static final ChangeKey KEY = ChangeKey.of("k");

    @Test
    void theModeFollowsFromWhatIsSaid() {
        Changes<String, String> changes = Changes.of(ChangeKey::of, text -> text);
        assertThat(changes.writeMode()).isEqualTo(WriteMode.OVERWRITE);
        assertThat(changes.withVersion(text -> ChangeVersion.of(1)).writeMode()).isEqualTo(WriteMode.NEWEST_WINS);
        assertThat(changes.withInsertOnly().writeMode()).isEqualTo(WriteMode.INSERT_ONLY);
        for (WriteMode mode : WriteMode.values()) {
            assertThat(Changes.<String>given(mode).writeMode()).isEqualTo(mode);
        }
    }

    @Test
    void aDeleteNeedsNoPayload() throws Exception {
        Changes<String, String> changes =
                Changes.<String, String>of(text -> KEY, text -> null).withDeletes(String::isEmpty);
        assertThat(changes.read("")).isEqualTo(new Change.Delete<String>(KEY, null));
    }

    @Test
    void givenChangesAreTakenAsTheyAreAndStillEncoded() throws Exception {
        Change<String> change = new Change.Upsert<>(KEY, ChangeVersion.of(1), "v");
        assertThat(Changes.<String>given(WriteMode.NEWEST_WINS).read(change)).isSameAs(change);
        Changes<Change<String>, Integer> lengths =
                Changes.<String>given(WriteMode.NEWEST_WINS).withPayload(String::length);
        assertThat(lengths.read(change)).isEqualTo(new Change.Upsert<>(KEY, ChangeVersion.of(1), 1));
        assertThat(lengths.read(new Change.Delete<>(KEY, ChangeVersion.of(2))))
                .isEqualTo(new Change.Delete<>(KEY, ChangeVersion.of(2)));
        assertThatThrownBy(() -> Changes.<String>given(WriteMode.NEWEST_WINS).read(new Change.Delete<>(KEY, null)))
                .hasMessage("version of key k must not be null");
    }

    @Test
    void keysAreExtendedByWhatElseARowIsFoundBy() throws Exception {
        Changes<String, String> changes = Changes.<String, String>of(text -> ChangeKey.of("k"), text -> text)
                .withVersion(text -> ChangeVersion.of(7))
                .withDeletes(String::isEmpty);
        Changes<String, String> extended =
                changes.withKey((text, key) -> ChangeKey.of("index-" + text.length(), key.part(0)));
        assertThat(extended.writeMode()).isEqualTo(WriteMode.NEWEST_WINS);
        assertThat(extended.read("ab"))
                .isEqualTo(new Change.Upsert<>(ChangeKey.of("index-2", "k"), ChangeVersion.of(7), "ab"));
        assertThat(extended.read("")).isEqualTo(new Change.Delete<>(ChangeKey.of("index-0", "k"), ChangeVersion.of(7)));
        assertThatThrownBy(() -> Changes.<String, String>of(text -> null, text -> text)
                        .withKey((text, key) -> key)
                        .read("x"))
                .hasMessage("key of a record of java.lang.String must not be null");
    }
}
