package io.connectorkit.benchmarks.jdbc;

import io.connectorkit.benchmarks.contest.Contest;
import io.connectorkit.benchmarks.contest.Rival;
import io.connectorkit.benchmarks.contest.Session;
import io.connectorkit.benchmarks.contest.Throughput;
import io.connectorkit.benchmarks.jdbc.Readings.Reading;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.jdbc.JdbcConnectionOptions;
import io.connectorkit.jdbc.JdbcSink;
import io.connectorkit.jdbc.JdbcTable;
import io.connectorkit.jdbc.MariaDbServer;
import io.connectorkit.jdbc.PostgresServer;
import io.connectorkit.sink.Changes;
import io.connectorkit.tck.SinkHarness;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.jdbc.JdbcExecutionOptions;

/** Upserts of a table that is there already, into real PostgreSQL and MariaDB on this machine. */
public final class JdbcSinkBenchmark implements Throughput {

    private static final String OFFICIAL = "official, defaults";
    private static final String KIT = "kit, defaults";
    private static final String RAW = "raw driver, best";

    private static final Changes<Reading, Object[]> CHANGES = Changes.<Reading, Object[]>of(
                    reading -> ChangeKey.of(reading.id()),
                    reading -> new Object[] {reading.place(), reading.reading(), reading.at()})
            .withVersion(reading -> ChangeVersion.of(reading.version()));

    private static final JdbcTable TABLE =
            JdbcTable.of("readings", "id").withValues("place", "reading", "at").withVersion("ver");

    @Override
    public String name() {
        return "JdbcSinkBenchmark";
    }

    @Override
    public void run(Session session) throws Exception {
        List<Reading> readings = Readings.of(session.scaled(200_000), session.scaled(50_000));
        try (PostgresServer server = PostgresServer.start()) {
            String sql = "INSERT INTO readings (id, place, reading, at, ver) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO"
                    + " UPDATE SET place = EXCLUDED.place, reading = EXCLUDED.reading, at = EXCLUDED.at, ver ="
                    + " EXCLUDED.ver";
            contest(
                    session,
                    "PostgreSQL",
                    readings,
                    server.options(),
                    sql,
                    () -> RawUpserts.postgres(server.url(), PostgresServer.USER, readings));
        }
        try (MariaDbServer server = MariaDbServer.start()) {
            JdbcConnectionOptions options = server.options("mariadb");
            String sql =
                    "INSERT INTO readings (id, place, reading, at, ver) VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE"
                            + " place = VALUES(place), reading = VALUES(reading), at = VALUES(at), ver = VALUES(ver)";
            contest(
                    session,
                    "MariaDB",
                    readings,
                    options,
                    sql,
                    () -> RawUpserts.mariaDb(options.url(), "root", readings));
        }
    }

    private static void contest(
            Session session,
            String database,
            List<Reading> readings,
            JdbcConnectionOptions options,
            String officialSql,
            Rival raw)
            throws Exception {
        Contest contest = session.contest(database + ": " + readings.size() + " upserts of 5 columns", "rows")
                .rival(OFFICIAL, () -> fresh(options), () -> write(official(options, officialSql), readings))
                .rival(KIT, () -> fresh(options), () -> write(JdbcSink.of(CHANGES, options, TABLE), readings))
                .rival(RAW, () -> fresh(options), raw)
                .bar(KIT, 3, "at least 3 times the official sink's defaults")
                .bar(KIT, RAW, 0.9, "at least 0.9 of the raw driver's best")
                .rounds(9)
                .note("Official: flink-connector-jdbc-core 4.0.0-2.0, batches of 5,000, one connection, no guard."
                        + " Kit and raw: guarded by version, batches of 2,000, 4 connections.");
        contest.run();
    }

    private static void fresh(JdbcConnectionOptions options) throws SQLException {
        try (Connection connection = DriverManager.getConnection(options.url(), options.user(), "");
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS readings");
            statement.execute("CREATE TABLE readings " + Readings.COLUMNS);
        }
    }

    private static Sink<Reading> official(JdbcConnectionOptions options, String sql) {
        var connection = new org.apache.flink.connector.jdbc.JdbcConnectionOptions.JdbcConnectionOptionsBuilder()
                .withUrl(options.url())
                .withUsername(options.user())
                .withPassword("")
                .build();
        return org.apache.flink.connector.jdbc.core.datastream.sink.JdbcSink.<Reading>builder()
                .withExecutionOptions(JdbcExecutionOptions.defaults())
                .withQueryStatement(sql, (statement, reading) -> RawUpserts.bind(statement, 1, reading))
                .buildAtLeastOnce(connection);
    }

    private static long write(Sink<Reading> sink, List<Reading> readings) throws Exception {
        try (SinkHarness<Reading> harness = SinkHarness.open(sink)) {
            for (Reading reading : readings) {
                harness.write(reading);
            }
            harness.flush();
        }
        return readings.size();
    }
}
