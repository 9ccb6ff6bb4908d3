package io.connectorkit.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.Answer;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.DestinationContext;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.tck.RecordedMetrics;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches whose deletes and upserts depend on each other, and hostile names and values, on every database. */
class JdbcOrderIT {

    private static Change<Object[]> put(long id, long version, Object... payload) {
        return new Change.Upsert<>(ChangeKey.of(id), ChangeVersion.of(version), payload);
    }

    private static Change<Object[]> delete(long id, long version) {
        return new Change.Delete<>(ChangeKey.of(id), ChangeVersion.of(version));
    }

    private static Destination<Object[]> open(TestDatabase database, JdbcTable table) throws Exception {
        return new JdbcDestinationFactory(
                        database.options(), table.withVersion("ver"), WriteMode.NEWEST_WINS, Duration.ofSeconds(30))
                .open(new DestinationContext(0, SinkTuning.forJdbc(), new RecordedMetrics()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "mariadb", "mysql", "sqlite", "h2"})
    void aRowMayTakeOverTheUniqueValueOfARowThatIsDeleted(String name) throws Exception {
        TestDatabase database = JdbcSourceIT.database(name);
        database.create(
                "mails",
                database.quoted("id") + " bigint NOT NULL PRIMARY KEY, " + database.quoted("mail")
                        + " varchar(40) UNIQUE, " + database.quoted("ver") + " bigint");
        try (Destination<Object[]> destination =
                open(database, JdbcTable.of("mails", "id").withValues("mail"))) {
            assertThat(Answer.to(destination, put(2, 1, "a@x"), put(1, 1, "b@x"))
                            .letters())
                    .isEqualTo("DD");
            assertThat(Answer.to(destination, put(1, 2, "a@x"), delete(2, 2), delete(1, 1))
                            .letters())
                    .isIn("DDD", "DDS");
            assertThat(Answer.to(destination, put(3, 1, "a@x")).letters())
                    .as("the value is taken")
                    .startsWith("REJECTED: ")
                    .doesNotContain("a@x");
        }
        assertThat(database.rows("SELECT * FROM " + database.quoted("mails"))).containsExactly("1|a@x|2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "mariadb", "mysql", "h2"})
    void rowsMayReferToRowsOfTheSameBatch(String name) throws Exception {
        TestDatabase database = JdbcSourceIT.database(name);
        database.create(
                "tree",
                database.quoted("id") + " bigint NOT NULL PRIMARY KEY, " + database.quoted("parent") + " bigint, "
                        + database.quoted("ver") + " bigint, FOREIGN KEY (" + database.quoted("parent")
                        + ") REFERENCES " + database.quoted("tree") + " (" + database.quoted("id") + ")");
        try (Destination<Object[]> destination =
                open(database, JdbcTable.of("tree", "id").withValues("parent"))) {
            assertThat(Answer.to(destination, put(9, 1, (Object) null), put(5, 1, 9), put(1, 1, 5))
                            .letters())
                    .as("keys sort children first")
                    .isEqualTo("DDD");
            assertThat(Answer.to(destination, delete(9, 2), put(5, 2, (Object) null))
                            .letters())
                    .as("the child moves before its parent goes")
                    .isEqualTo("DD");
            assertThat(Answer.to(destination, delete(5, 3)).letters())
                    .as("a child is still there")
                    .startsWith("REJECTED: ");
        }
        assertThat(database.rows("SELECT * FROM " + database.quoted("tree") + " ORDER BY 1"))
                .containsExactly("1|5|1", "5|null|2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "mariadb", "mysql", "sqlite", "h2"})
    void namesAndValuesInjectNothing(String name) throws Exception {
        TestDatabase database = JdbcSourceIT.database(name);
        String table = "odd \"`'; DROP TABLE x; -- é☃";
        String column = "select \"`'; --";
        database.create(
                table,
                database.quoted("id") + " bigint NOT NULL PRIMARY KEY, " + database.quoted(column) + " "
                        + database.exactText() + ", " + database.quoted("ver") + " bigint");
        String value = "'; DROP TABLE x; -- \"`\\ %_ é☃\ud83d\ude00 {\"a\": 'b'}";
        try (Destination<Object[]> destination =
                open(database, JdbcTable.of(table, "id").withValues(column))) {
            Answer answer = Answer.to(destination, put(1, 1, value), put(2, 1, "half \ud800"), put(3, 1, "nul \0 nul"));
            String nul = name.equals("postgres") ? "R" : "D";
            assertThat(answer.letters()).isEqualTo("DR" + nul);
            assertThat(answer.reason(1)).contains("must be given valid Unicode, got an unpaired surrogate at 5");
            if (name.equals("postgres")) {
                assertThat(answer.reason(2))
                        .contains("must be given text without NUL characters (PostgreSQL), got one at 4");
            }
        }
        assertThat(database.rows("SELECT " + database.quoted(column) + " FROM " + database.quoted(table) + " WHERE "
                        + database.quoted("id") + " = 1"))
                .containsExactly(value);
    }
}
