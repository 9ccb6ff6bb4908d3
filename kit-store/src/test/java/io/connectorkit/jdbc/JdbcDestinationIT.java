package io.connectorkit.jdbc;

import static io.connectorkit.change.WriteMode.INSERT_ONLY;
import static io.connectorkit.change.WriteMode.NEWEST_WINS;
import static io.connectorkit.change.WriteMode.OVERWRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.sink.Answer;
import io.connectorkit.sink.Destination;
import org.junit.jupiter.api.Test;

/** What one batch does to a table, against the real server. */
class JdbcDestinationIT extends JdbcBatches {

    @Test
    void countsStaleChangesExactly() throws Exception {
        server.execute("INSERT INTO t SELECT i, 'old', 10 FROM generate_series(1, 8) i");
        Destination<Object[]> destination = open(table, NEWEST_WINS);

        Answer answer = Answer.to(
                destination,
                put(7, 9, "older"),
                delete(5, 9),
                put(1, 11, "newer"),
                put(2, 10, "equal"),
                delete(6, 10),
                put(9, 1, "new"),
                put(3, 9, "older"),
                delete(99, 1),
                delete(8, 11),
                put(4, 0, "older"));

        assertThat(answer.letters()).isEqualTo("SSDDDDSDDS");
        assertThat(server.rows("SELECT id, v, ver FROM t ORDER BY id"))
                .containsExactly("1|newer|11", "2|equal|10", "3|old|10", "4|old|10", "5|old|10", "7|old|10", "9|new|1");
    }

    @Test
    void bringsARowBackWhenAnOlderUpsertFollowsAHardDelete() throws Exception {
        Destination<Object[]> destination = open(table, NEWEST_WINS);

        Answer.to(destination, put(1, 1, "a"));
        Answer.to(destination, delete(1, 2));

        assertThat(Answer.to(destination, put(1, 1, "a")).letters()).isEqualTo("D");
        assertThat(server.rows("SELECT id, v, ver FROM t")).containsExactly("1|a|1");
    }

    @Test
    void fencesDeletedKeysOffWithTombstones() throws Exception {
        server.execute(
                "ALTER TABLE t ADD gone timestamptz, ADD n int NOT NULL DEFAULT 7",
                "INSERT INTO t SELECT i, 'old', 10, NULL, 1 FROM generate_series(1, 3) i");
        Destination<Object[]> destination = open(table.withValues("v", "n").withTombstones("gone"), NEWEST_WINS);

        assertThat(Answer.to(destination, delete(1, 11), delete(2, 9), delete(5, 4), put(3, 11, "new", 2))
                        .letters())
                .isEqualTo("DSDD");
        String rows = "SELECT id, v, n, ver, gone IS NOT NULL FROM t ORDER BY id";
        assertThat(server.rows(rows)).containsExactly("1|null|7|11|t", "2|old|1|10|f", "3|new|2|11|f", "5|null|7|4|t");

        assertThat(Answer.to(destination, put(1, 10, "late", 2), put(5, 3, "late", 2))
                        .letters())
                .isEqualTo("SS");
        assertThat(Answer.to(destination, put(1, 12, "back", 2), put(5, 4, "equal", 2))
                        .letters())
                .isEqualTo("DD");
        assertThat(server.rows(rows)).containsExactly("1|back|2|12|f", "2|old|1|10|f", "3|new|2|11|f", "5|equal|2|4|f");
    }

    @Test
    void treatsRowsWithoutAVersionAsOlderThanAnyChange() throws Exception {
        server.execute("ALTER TABLE t ALTER ver DROP NOT NULL", "INSERT INTO t VALUES (1, 'a', NULL), (2, 'b', NULL)");
        Destination<Object[]> destination = open(table, NEWEST_WINS);

        assertThat(Answer.to(destination, put(1, 0, "c"), delete(2, 0)).letters())
                .isEqualTo("DD");
        assertThat(server.rows("SELECT id, v, ver FROM t")).containsExactly("1|c|0");
    }

    @Test
    void rejectsAloneWhatCannotBeBound() throws Exception {
        server.execute("DROP TABLE t", "CREATE TABLE t (id int PRIMARY KEY, v text NOT NULL, b bool, ver bigint)");
        Destination<Object[]> destination = open(table.withValues("v", "b"), NEWEST_WINS);

        Answer answer = Answer.to(
                destination,
                put(1, 1, "s3\0", true),
                put(2, 1, "fine", true),
                put(3, 1, null, true),
                put(4, 1, "s3", "s3"),
                put(5, 1, "s3"),
                put(1L << 40, 1, "s3", true),
                put("s3", 1, "s3", true),
                put(6, 1, "\ud800", true),
                new Change.Upsert<>(ChangeKey.of(7, 8), ChangeVersion.of(1), new Object[] {"s3", true}),
                delete("s3", 1),
                put(8, 1, "\ud83d\ude00", false));

        assertThat(answer.letters()).isEqualTo("RDRRRRRRRRD");
        assertThat(answer.reason(0))
                .isEqualTo("column 'v' (text) must be given text without NUL characters (PostgreSQL), got one at 2");
        assertThat(answer.reason(2)).isEqualTo("column 'v' (text) must not be null");
        assertThat(answer.reason(3))
                .isEqualTo("column 'b' (boolean) must be given true or false, got a value of java.lang.String that is"
                        + " not");
        assertThat(answer.reason(4)).isEqualTo("payload must have 2 elements (value columns of public.t), got 1");
        assertThat(answer.reason(5))
                .isEqualTo("column 'id' (integer) must be given a whole number in its range, got a value of"
                        + " java.lang.Long that is not");
        assertThat(answer.reason(6))
                .isEqualTo("column 'id' (integer) must be given a whole number, got a value of java.lang.String that"
                        + " is not");
        assertThat(answer.reason(7))
                .isEqualTo("column 'v' (text) must be given valid Unicode, got an unpaired surrogate at 0");
        assertThat(answer.reason(8)).isEqualTo("key must have 1 parts (key columns of public.t), got 2");
        assertThat(server.rows("SELECT id, v FROM t ORDER BY id")).containsExactly("2|fine", "8|\ud83d\ude00");
    }

    @Test
    void refusesABatchAsAWholeWhenTheServerDoesAndNamesNoValue() throws Exception {
        server.execute(
                "ALTER TABLE t ADD CONSTRAINT not_s3 CHECK (v <> 's3'), ADD UNIQUE (v)", "CREATE INDEX ON t (v)");
        Destination<Object[]> destination = open(table, NEWEST_WINS);

        Answer check = Answer.to(destination, put(1, 1, "a"), put(2, 1, "s3"));
        Answer unique = Answer.to(destination, put(1, 1, "s4"), put(2, 1, "s4"));

        assertThat(check.letters())
                .isEqualTo("REJECTED: 23514: ERROR: new row for relation \"t\" violates check constraint \"not_s3\"");
        assertThat(unique.letters())
                .isEqualTo("REJECTED: 23505: ERROR: duplicate key value violates unique constraint \"t_v_key\"");
        assertThat(server.rows("SELECT id FROM t")).isEmpty();
        assertThat(Answer.to(destination, put(1, 1, "a")).letters()).isEqualTo("D");
    }

    @Test
    void overwritesInArrivalOrderWithoutAVersion() throws Exception {
        server.execute("ALTER TABLE t ALTER ver SET DEFAULT 0");
        Destination<Object[]> destination = open(JdbcTable.of("t", "id").withValues("v"), OVERWRITE);

        Answer.to(destination, putUnversioned(1, "a"), putUnversioned(2, "a"));

        assertThat(Answer.to(destination, putUnversioned(1, "b"), new Change.Delete<>(ChangeKey.of(2), null))
                        .letters())
                .isEqualTo("DD");
        assertThat(server.rows("SELECT id, v FROM t")).containsExactly("1|b");
    }

    @Test
    void insertsNewKeysOnly() throws Exception {
        server.execute("ALTER TABLE t ALTER ver SET DEFAULT 0", "INSERT INTO t VALUES (1, 'old')");
        Destination<Object[]> destination = open(JdbcTable.of("t", "id").withValues("v"), INSERT_ONLY);

        assertThat(Answer.to(destination, putUnversioned(1, "a"), putUnversioned(2, "b"))
                        .letters())
                .isEqualTo("SD");
        assertThat(server.rows("SELECT id, v FROM t ORDER BY id")).containsExactly("1|old", "2|b");
    }

    @Test
    void writesTablesOfKeysOnly() throws Exception {
        server.execute("ALTER TABLE t ALTER ver SET DEFAULT 0");
        Destination<Object[]> destination = open(JdbcTable.of("t", "id"), OVERWRITE);

        assertThat(Answer.to(destination, putUnversioned(1), putUnversioned(2)).letters())
                .isEqualTo("DD");
        assertThat(Answer.to(destination, putUnversioned(1)).letters()).isEqualTo("D");
        assertThat(Answer.to(open(JdbcTable.of("t", "id").withVersion("ver"), NEWEST_WINS), put(1, 3), put(2, 0))
                        .letters())
                .isEqualTo("DD");
        assertThat(server.rows("SELECT id, ver FROM t ORDER BY id")).containsExactly("1|3", "2|0");
    }
}
