package io.connectorkit.jdbc;

import static io.connectorkit.change.WriteMode.NEWEST_WINS;
import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.sink.Answer;
import io.connectorkit.sink.Destination;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Which values and names a batch carries, against the real server. */
class JdbcTypesIT extends JdbcBatches {

    @Test
    void comparesVersionsOfSixtyDigitsAsNumbersInNumericAndTextColumns() throws Exception {
        String big = "9".repeat(59);
        String bigger = "1" + "0".repeat(59);
        for (String type : List.of("numeric(60)", "text", "varchar(60)")) {
            server.execute("DROP TABLE t", "CREATE TABLE t (id bigint PRIMARY KEY, v text, ver " + type + " NOT NULL)");
            Destination<Object[]> destination = open(table, NEWEST_WINS);
            Answer.to(destination, new Change.Upsert<>(ChangeKey.of(1), ChangeVersion.of(bigger), new Object[] {"a"}));

            Answer answer = Answer.to(
                    destination, new Change.Upsert<>(ChangeKey.of(1), ChangeVersion.of(big), new Object[] {"b"}));

            assertThat(answer.letters()).as(type).isEqualTo("S");
        }
    }

    @Test
    void rejectsAVersionThatItsColumnCannotHold() throws Exception {
        Destination<Object[]> destination = open(table, NEWEST_WINS);
        String wide = "1" + "0".repeat(39);

        Answer answer = Answer.to(
                destination,
                new Change.Upsert<>(ChangeKey.of(1), ChangeVersion.of(wide), new Object[] {"a"}),
                put(2, 1, "b"),
                putUnversioned(3, "c"));

        assertThat(answer.letters()).isEqualTo("RDR");
        assertThat(answer.reason(0))
                .isEqualTo("version must fit column 'ver' (bigint), got " + wide + "; make it a numeric(60) column");
        assertThat(answer.reason(2)).isEqualTo("version must be given: column 'ver' (bigint) guards the table");
    }

    @Test
    void cutsNothingThatIsTooLongForItsColumn() throws Exception {
        server.execute(
                "DROP DOMAIN IF EXISTS short CASCADE",
                "CREATE DOMAIN short AS varchar(3)",
                "ALTER TABLE t ADD a varchar(3), ADD b char(3), ADD c short, ADD d bit(3)");

        for (String column : List.of("a", "b", "c", "d")) {
            Destination<Object[]> destination = open(table.withValues(column), NEWEST_WINS);
            assertThat(Answer.to(destination, put(1, 1, "101")).letters()).isEqualTo("D");
            assertThat(Answer.to(destination, put(1, 2, "1011")).letters())
                    .as(column)
                    .matches("REJECTED: 220(01|26): ERROR: .*");
        }
    }

    @Test
    void writesEveryType() throws Exception {
        server.execute(
                "DROP TYPE IF EXISTS \"Mood\" CASCADE",
                "CREATE TYPE \"Mood\" AS ENUM ('sad', 'happy')",
                "ALTER TABLE t ADD i2 smallint, ADD i4 int, ADD f4 real, ADD f8 double precision, ADD num"
                        + " numeric(12,2), ADD ok bool, ADD bin bytea, ADD uid uuid, ADD js json, ADD jb jsonb, ADD d"
                        + " date, ADD ts timestamp, ADD tz timestamptz, ADD mood \"Mood\", ADD tags text[], ADD nums"
                        + " int[]");
        Destination<Object[]> destination = open(
                table.withValues(
                        "v", "i2", "i4", "f4", "f8", "num", "ok", "bin", "uid", "js", "jb", "d", "ts", "tz", "mood",
                        "tags", "nums"),
                NEWEST_WINS);
        Instant time = Instant.parse("2024-05-06T07:08:09.123456Z");
        UUID uuid = UUID.fromString("00000000-0000-0001-0000-000000000002");

        Answer answer = Answer.to(
                destination,
                put(
                        1,
                        1,
                        "ä\"\\{},'",
                        2,
                        BigDecimal.valueOf(3),
                        0.5f,
                        1e300,
                        new BigDecimal("12.345"),
                        true,
                        new byte[] {1, 0, -1},
                        uuid,
                        "{\"a\": 1}",
                        "{\"b\":  2}",
                        LocalDate.of(2024, 2, 29),
                        time,
                        time,
                        "happy",
                        List.of("a,\"b\"", "\\", "NULL"),
                        new int[] {1, 2}),
                put(
                        2,
                        1,
                        5,
                        "-2",
                        "3",
                        1,
                        "2.5",
                        "1.5",
                        "TRUE",
                        null,
                        uuid.toString(),
                        null,
                        null,
                        "2024-02-29",
                        LocalDateTime.of(2024, 1, 1, 0, 0),
                        LocalDateTime.of(2024, 1, 1, 0, 0),
                        null,
                        new String[] {null},
                        List.of()),
                put(3, 1, new Object[17]));

        assertThat(answer.letters()).isEqualTo("DDD");
        assertThat(server.rows("SELECT v, i2, i4, f4, f8, num, ok, encode(bin, 'hex'), uid, js, jb, d, ts,"
                        + " tz AT TIME ZONE 'UTC', mood, tags, nums FROM t ORDER BY id"))
                .containsExactly(
                        "ä\"\\{},'|2|3|0.5|1e+300|12.35|t|0100ff|" + uuid
                                + "|{\"a\": 1}|{\"b\": 2}|2024-02-29|2024-05-06 07:08:09.123456|2024-05-06"
                                + " 07:08:09.123456|happy|{\"a,\\\"b\\\"\",\"\\\\\",\"NULL\"}|{1,2}",
                        "5|-2|3|1|2.5|1.50|t|null|" + uuid + "|null|null|2024-02-29|2024-01-01 00:00:00|2024-01-01"
                                + " 00:00:00|null|{NULL}|{}",
                        "null|null|null|null|null|null|null|null|null|null|null|null|null|null|null|null|null");
    }

    @Test
    void takesKeysOfEveryTypeAndComparesThemAsTheyAreStored() throws Exception {
        server.execute(
                "DROP TABLE t",
                "CREATE TABLE t (a numeric(10,2), b char(5), c timestamp(0), d uuid, e bytea, f bool, ver bigint,"
                        + " PRIMARY KEY (f, e, d, c, b, a))");
        Destination<Object[]> destination =
                open(JdbcTable.of("t", "a", "b", "c", "d", "e", "f").withVersion("ver"), NEWEST_WINS);
        ChangeKey key = ChangeKey.of(
                new BigDecimal("1.005"),
                "x",
                Instant.parse("2024-01-01T00:00:00.7Z"),
                new UUID(1, 2),
                new byte[] {0, 1},
                true);

        assertThat(Answer.to(destination, new Change.Upsert<>(key, ChangeVersion.of(2), new Object[0]))
                        .letters())
                .isEqualTo("D");
        assertThat(Answer.to(destination, new Change.Upsert<>(key, ChangeVersion.of(1), new Object[0]))
                        .letters())
                .isEqualTo("S");
        assertThat(Answer.to(destination, new Change.Delete<>(key, ChangeVersion.of(1)))
                        .letters())
                .isEqualTo("S");
        assertThat(Answer.to(destination, new Change.Delete<>(key, ChangeVersion.of(2)))
                        .letters())
                .isEqualTo("D");
        assertThat(server.rows("SELECT * FROM t")).isEmpty();
    }

    @Test
    void takesNamesAsTheyAre() throws Exception {
        server.execute(
                "DROP SCHEMA IF EXISTS \"My \"\"Schema\" CASCADE",
                "CREATE SCHEMA \"My \"\"Schema\"",
                "CREATE TABLE \"My \"\"Schema\".\"a.b; DROP TABLE t; --\" (\"select\" int, c0 int, n text, \"Größe ☃\""
                        + " text, input text, target text, gone bigint, \"excluded\" timestamp, PRIMARY KEY (\"select\","
                        + " c0))");
        JdbcTable odd = JdbcTable.of("a.b; DROP TABLE t; --", "c0", "select")
                .withSchema("My \"Schema")
                .withValues("n", "Größe ☃", "input", "target")
                .withVersion("gone");

        for (JdbcTable variant : List.of(odd, odd.withTombstones("excluded"))) {
            Destination<Object[]> destination = open(variant, NEWEST_WINS);
            ChangeKey key = ChangeKey.of(1, 2);
            Answer written = Answer.to(
                    destination,
                    new Change.Upsert<>(key, ChangeVersion.of(5), new Object[] {"a", "b", "c", "d"}),
                    new Change.Delete<>(ChangeKey.of(3, 4), ChangeVersion.of(1)));
            assertThat(written.letters()).isEqualTo("DD");
            assertThat(Answer.to(destination, new Change.Delete<>(key, ChangeVersion.of(4)))
                            .letters())
                    .isEqualTo("S");
        }
        assertThat(server.rows("SELECT c0, \"select\", n, \"Größe ☃\", \"excluded\" IS NULL FROM \"My"
                        + " \"\"Schema\".\"a.b; DROP TABLE t; --\" ORDER BY c0"))
                .containsExactly("1|2|a|b|t", "3|4|null|null|f");
    }
}
