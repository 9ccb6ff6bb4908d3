package io.connectorkit.benchmarks.tuning;

import io.connectorkit.benchmarks.contest.Session;
import io.connectorkit.benchmarks.contest.Throughput;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.jdbc.JdbcSink;
import io.connectorkit.jdbc.JdbcTable;
import io.connectorkit.jdbc.PostgresServer;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import java.util.List;

/** Guarded upserts into a real PostgreSQL on this machine. */
public final class PostgresTuningMap implements Throughput {

    private static final Changes<Integer, Object[]> CHANGES = Changes.<Integer, Object[]>of(
                    id -> ChangeKey.of(id), id -> new Object[] {"status-" + id, id * 0.5})
            .withVersion(id -> ChangeVersion.of(1));

    private static final JdbcTable TABLE =
            JdbcTable.of("orders", "id").withValues("status", "amount").withVersion("version");

    @Override
    public String name() {
        return "PostgresTuningMap";
    }

    @Override
    public void run(Session session) throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            server.execute(
                    "create table orders (id bigint primary key, status text, amount double precision, version bigint)");
            RealTuningMap map =
                    new RealTuningMap(session, "PostgreSQL", SinkTuning.forJdbc(), session.scaled(40_000), tuning -> {
                        server.execute("truncate orders");
                        return JdbcSink.of(
                                CHANGES,
                                server.options(),
                                TABLE,
                                SinkOptions.defaults().withTuning(tuning));
                    });
            if (session.quick()) {
                map.draw(List.of(100, 1_000), List.of(1, 4), List.of(2));
            } else {
                map.draw(List.of(50, 200, 1_000, 5_000), List.of(1, 2, 4, 8), List.of(1, 2, 4));
            }
        }
    }
}
