package io.connectorkit.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.change.WriteMode;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostgresStatementsTest {

    private static final PostgresColumn ID = column("id", "bigint", "int8", true, null);
    private static final PostgresColumn NAME = column("na\"me", "text", "text", false, null);
    private static final PostgresColumn COUNT = column("count", "integer", "int4", true, "7");
    private static final PostgresColumn VERSION = column("ver", "numeric(60,0)", "numeric", true, null);
    private static final PostgresColumn GONE =
            column("gone_at", "timestamp with time zone", "timestamptz", false, null);

    private static PostgresColumn column(String name, String cast, String type, boolean notNull, String byDefault) {
        return new PostgresColumn(name, cast, type, false, notNull, byDefault, false);
    }

    private static PostgresStatements statements(
            List<PostgresColumn> values, PostgresColumn version, PostgresColumn deletedAt, WriteMode mode) {
        return PostgresStatements.of(new TargetTable<>("public.t", List.of(ID), values, version, deletedAt), mode);
    }

    @Test
    void guardsUpsertsByVersion() {
        assertThat(statements(List.of(NAME), VERSION, null, WriteMode.NEWEST_WINS)
                        .upsert())
                .isEqualTo(
                        """
                        INSERT INTO public.t AS target ("id", "na""me", "ver")
                        SELECT c0, c1, c2 FROM (SELECT c0::bigint AS c0, c1::text AS c1, c2::numeric(60,0) AS c2
                        FROM unnest(?::int8[], ?::text[], ?::text[]) AS sent(c0, c1, c2)) AS input ORDER BY c0
                        ON CONFLICT ("id") DO UPDATE SET "na""me" = EXCLUDED."na""me", "ver" = EXCLUDED."ver"
                        WHERE target."ver" <= EXCLUDED."ver\"""");
    }

    @Test
    void looksForWhatTheGuardRefusedByItsVersion() {
        assertThat(statements(List.of(NAME), VERSION, GONE, WriteMode.NEWEST_WINS)
                        .newer())
                .isEqualTo(
                        """
                        WITH input AS (SELECT c0::bigint AS c0, c1::numeric(60,0) AS c1, n
                        FROM unnest(?::int8[], ?::text[]) WITH ORDINALITY AS sent(c0, c1, n))
                        SELECT input.n FROM input JOIN public.t AS target ON target."id" = input.c0
                        WHERE target."ver" > input.c1""");
        assertThat(statements(List.of(NAME), null, null, WriteMode.OVERWRITE).newer())
                .isNull();
    }

    @Test
    void guardsDeletesByVersionAndLocksInKeyOrder() {
        assertThat(statements(List.of(NAME), VERSION, null, WriteMode.NEWEST_WINS)
                        .delete())
                .isEqualTo(
                        """
                        WITH input AS (SELECT c0::bigint AS c0, c1::numeric(60,0) AS c1, n
                        FROM unnest(?::int8[], ?::text[]) WITH ORDINALITY AS sent(c0, c1, n)),
                        locked AS MATERIALIZED (SELECT input.* FROM input JOIN public.t AS target ON \
                        target."id" = input.c0
                        ORDER BY input.c0 FOR UPDATE OF target),
                        deleted AS (DELETE FROM public.t AS target USING locked AS input WHERE target."id" = input.c0
                        AND target."ver" <= input.c1
                        RETURNING input.n)
                        SELECT n FROM locked WHERE n NOT IN (SELECT n FROM deleted)""");
    }

    @Test
    void writesTombstonesAndUpsertsInOneStatement() {
        PostgresStatements statements = statements(List.of(NAME, COUNT), VERSION, GONE, WriteMode.NEWEST_WINS);

        assertThat(statements.delete()).isNull();
        assertThat(statements.upsert())
                .contains("CASE WHEN gone THEN NULL ELSE c1 END")
                .contains("CASE WHEN gone THEN (7) ELSE c2 END")
                .contains(", c3, CASE WHEN gone THEN now() END FROM (SELECT ")
                .contains("\"gone_at\" = EXCLUDED.\"gone_at\"\nWHERE target.\"ver\" <= EXCLUDED.\"ver\"")
                .contains("?::text[], ?::bool[]) AS sent(c0, c1, c2, c3, gone)) AS input");
    }

    @Test
    void lowersNoVersionThatIsMissing() {
        PostgresColumn nullable = column("ver", "bigint", "int8", false, null);

        assertThat(statements(List.of(NAME), nullable, null, WriteMode.NEWEST_WINS)
                        .upsert())
                .contains("WHERE (target.\"ver\" IS NULL OR target.\"ver\" <= EXCLUDED.\"ver\")");
    }

    @Test
    void overwritesWithoutAGuard() {
        PostgresStatements statements = statements(List.of(NAME), null, null, WriteMode.OVERWRITE);

        assertThat(statements.upsert())
                .contains("DO UPDATE SET \"na\"\"me\" = EXCLUDED.\"na\"\"me\"")
                .doesNotContain("WHERE");
        assertThat(statements.delete()).doesNotContain("<=");
    }

    @Test
    void leavesWhatIsThereWhenInsertingOnlyAndAnswersIt() {
        assertThat(statements(List.of(NAME), null, null, WriteMode.INSERT_ONLY).upsert())
                .isEqualTo(
                        """
                        WITH input AS (SELECT c0::bigint AS c0, c1::text AS c1, n
                        FROM unnest(?::int8[], ?::text[]) WITH ORDINALITY AS sent(c0, c1, n)),
                        written AS (INSERT INTO public.t AS target ("id", "na""me")
                        SELECT c0, c1 FROM input ORDER BY c0
                        ON CONFLICT ("id") DO NOTHING
                        RETURNING target."id")
                        SELECT n FROM input WHERE (c0) NOT IN (SELECT * FROM written)""");
        assertThat(statements(List.of(NAME), VERSION, GONE, WriteMode.INSERT_ONLY)
                        .upsert())
                .contains("WHERE EXCLUDED.\"gone_at\" IS NOT NULL AND target.\"ver\" <= EXCLUDED.\"ver\"");
    }

    @Test
    void updatesNothingInATableOfKeys() {
        assertThat(statements(List.of(), null, null, WriteMode.OVERWRITE).upsert())
                .contains("ON CONFLICT (\"id\") DO NOTHING");
    }
}
