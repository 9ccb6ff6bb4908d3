package io.connectorkit.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.DeleteMode;
import io.connectorkit.sink.Changes;
import java.util.List;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class JdbcTableTest {

    private static final JdbcConnectionOptions CONNECTION = JdbcConnectionOptions.of("jdbc:postgresql://h/d");
    private static final Changes<String, Object[]> CHANGES = Changes.of(ChangeKey::of, text -> new Object[0]);

    @Test
    void deletesHardUnlessTombstonesAreAsked() {
        JdbcTable table = JdbcTable.of("t", "id").withValues("a", "b").withVersion("v");

        assertThat(table.deleteMode()).isEqualTo(DeleteMode.HARD);
        assertThat(table.withTombstones("gone").deleteMode()).isEqualTo(DeleteMode.TOMBSTONE);
        assertThat(table.withTombstones("gone").columns()).containsExactly("id", "a", "b", "v", "gone");
    }

    @Test
    void reportsAllProblemsAtOnce() {
        assertThatThrownBy(() -> new JdbcTable(null, " ", List.of(), List.of("a", "a", ""), "a", DeleteMode.HARD, "d"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        """
                        table name must not be blank, got ' '
                        key columns of table ' ' must be at least 1, got none
                        deleted-at column of table ' ' must be set for TOMBSTONE and only then, got d with HARD
                        column 'a' of table ' ' must have one role, got it twice
                        column of table ' ' must not be blank, got ''
                        column 'a' of table ' ' must have one role, got it twice""");
    }

    @Test
    void asksForAVersionColumnWhenChangesHaveAVersion() {
        assertThatThrownBy(() -> JdbcSink.of(
                        CHANGES.withVersion(text -> ChangeVersion.of(1)), CONNECTION, JdbcTable.of("t", "id")))
                .hasMessage("version column of table 't' must be set when the changes have a version, got none; add it"
                        + " with withVersion");
    }

    @Test
    void refusesAVersionColumnThatNothingFills() {
        assertThatThrownBy(() -> JdbcSink.of(
                        CHANGES,
                        CONNECTION,
                        JdbcTable.of("t", "id").withSchema("s").withVersion("v")))
                .hasMessage("version column of table 's.t' must not be set when the changes have no version, got 'v';"
                        + " give the changes one with Changes.withVersion");
    }

    @Test
    void refusesDatabasesWithoutADialect() {
        assertThatThrownBy(() -> JdbcSink.of(
                        CHANGES, JdbcConnectionOptions.of("jdbc:foo://h/d?password=s3"), JdbcTable.of("t", "id")))
                .hasMessage("url must start with one of [jdbc:postgresql:, jdbc:mysql:, jdbc:mariadb:, jdbc:h2:,"
                        + " jdbc:sqlite:, jdbc:oracle:, jdbc:sqlserver:, jdbc:db2:] (databases that the kit"
                        + " knows), got 'jdbc:foo://h/d?password=***'");
    }

    @Test
    void travelsToTaskManagers() throws Exception {
        JdbcTable table = JdbcTable.of("t", "id").withValues("a").withTombstones("gone");

        assertThat(InstantiationUtil.clone(table)).isEqualTo(table);
        assertThat(InstantiationUtil.clone(JdbcSink.of(CHANGES, CONNECTION, table)))
                .isNotNull();
    }
}
