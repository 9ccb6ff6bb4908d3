package io.connectorkit.benchmarks.jdbc;

import io.connectorkit.benchmarks.contest.DelayProxy;
import io.connectorkit.benchmarks.contest.Session;
import io.connectorkit.benchmarks.contest.Throughput;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.jdbc.JdbcConnectionOptions;
import io.connectorkit.jdbc.JdbcLookup;
import io.connectorkit.jdbc.JdbcTable;
import io.connectorkit.jdbc.PostgresServer;
import io.connectorkit.lookup.LookupHarness;
import io.connectorkit.lookup.LookupOptions;
import java.io.Serializable;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.apache.flink.connector.jdbc.core.table.source.JdbcRowDataLookupFunction;
import org.apache.flink.connector.jdbc.internal.options.InternalJdbcConnectionOptions;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;

/** Rows looked up one after the other as a join does, without a cache, in a PostgreSQL that is 1 ms away. */
public final class JdbcLookupBenchmark implements Throughput {

    private static final String OFFICIAL = "official";
    private static final String KIT = "kit, defaults without a cache";
    private static final int ROWS = 10_000;

    /** As many records as AsyncDataStream and SQL hold by default. */
    private static final int WAITING = 100;

    @Override
    public String name() {
        return "JdbcLookupBenchmark";
    }

    @Override
    public void run(Session session) throws Exception {
        try (PostgresServer server = PostgresServer.start();
                DelayProxy proxy = DelayProxy.to(new InetSocketAddress("127.0.0.1", server.port()), 500_000)) {
            server.execute(
                    "CREATE TABLE places (id bigint PRIMARY KEY, name text)",
                    "INSERT INTO places SELECT i, 'place ' || i FROM generate_series(0, " + (ROWS - 1) + ") i",
                    "ANALYZE places");
            String url = "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres";
            List<Long> keys =
                    new Random(3).longs(session.scaled(5_000), 0, ROWS).boxed().toList();
            session.contest("Lookup join: " + keys.size() + " keys, PostgreSQL 1 ms away", "keys")
                    .rival(OFFICIAL, () -> official(url, keys))
                    .rival(KIT, () -> kit(url, keys))
                    .bar(KIT, 10, "at least 10 times the official lookup at 1 ms")
                    .rounds(3)
                    .note("No cache on either side; the kit holds " + WAITING
                            + " records at a time, Flink's default capacity for asynchronous joins.")
                    .run();
        }
    }

    private static long official(String url, List<Long> keys) throws Exception {
        InternalJdbcConnectionOptions options = InternalJdbcConnectionOptions.builder()
                .setDBUrl(url)
                .setTableName("places")
                .setUsername(PostgresServer.USER)
                .setPassword("")
                .build();
        DataType[] types = {DataTypes.BIGINT(), DataTypes.STRING()};
        RowType row = (RowType) DataTypes.ROW(DataTypes.FIELD("id", types[0]), DataTypes.FIELD("name", types[1]))
                .getLogicalType();
        JdbcRowDataLookupFunction lookup = new JdbcRowDataLookupFunction(
                options,
                3,
                new String[] {"id", "name"},
                types,
                new String[] {"id"},
                row,
                List.of(),
                new Serializable[0]);
        lookup.open(null);
        try {
            long found = 0;
            for (Long key : keys) {
                found += lookup.lookup(GenericRowData.of(key)).size();
            }
            return found;
        } finally {
            lookup.close();
        }
    }

    private static long kit(String url, List<Long> keys) throws Exception {
        JdbcConnectionOptions options = JdbcConnectionOptions.of(url).withUser(PostgresServer.USER);
        JdbcTable table = JdbcTable.of("places", "id").withValues("name");
        Semaphore waiting = new Semaphore(WAITING);
        List<CompletableFuture<String>> answers = new ArrayList<>();
        try (LookupHarness<ChangeKey, String> lookup = LookupHarness.open(
                JdbcLookup.of(options, table, found -> found.getString("name")),
                LookupOptions.defaults().withoutCache())) {
            for (Long key : keys) {
                waiting.acquire();
                CompletableFuture<String> answer = lookup.lookup(ChangeKey.of(key));
                answer.whenComplete((found, failure) -> waiting.release());
                answers.add(answer);
            }
            long found = 0;
            for (CompletableFuture<String> answer : answers) {
                found += answer.get() == null ? 0 : 1;
            }
            return found;
        }
    }
}
