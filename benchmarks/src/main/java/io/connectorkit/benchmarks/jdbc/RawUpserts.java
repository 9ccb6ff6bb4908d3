package io.connectorkit.benchmarks.jdbc;

import io.connectorkit.benchmarks.jdbc.Readings.Reading;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The fastest guarded upserts that a driver was seen to do, by hand: several connections, each with the keys of its own,
 * batches without repeated keys, sorted, in one statement.
 */
final class RawUpserts {

    private static final int BATCH = 2_000;
    private static final int CONNECTIONS = 4;

    private static final String POSTGRES =
            """
            INSERT INTO readings AS t (id, place, reading, at, ver)
            SELECT i, p, r, a::timestamp, v FROM unnest(?::int8[], ?::text[], ?::float8[], ?::text[], ?::int8[])
            AS s(i, p, r, a, v)
            ON CONFLICT (id) DO UPDATE SET place = EXCLUDED.place, reading = EXCLUDED.reading, at = EXCLUDED.at,
            ver = EXCLUDED.ver WHERE t.ver <= EXCLUDED.ver""";

    private RawUpserts() {}

    interface Write {
        void batch(Connection connection, List<Reading> sorted) throws SQLException;
    }

    static long postgres(String url, String user, List<Reading> readings) throws Exception {
        return write(url, user, readings, RawUpserts::unnest);
    }

    static long mariaDb(String url, String user, List<Reading> readings) throws Exception {
        return write(url, user, readings, RawUpserts::multiValues);
    }

    private static long write(String url, String user, List<Reading> readings, Write write) throws Exception {
        List<List<Reading>> parts = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            parts.add(new ArrayList<>());
        }
        for (Reading reading : readings) {
            parts.get((int) (reading.id() % CONNECTIONS)).add(reading);
        }
        ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
        List<Future<?>> ends = new ArrayList<>();
        for (List<Reading> part : parts) {
            ends.add(threads.submit(() -> {
                try (Connection connection = DriverManager.getConnection(url, user, "")) {
                    for (int start = 0; start < part.size(); start += BATCH) {
                        Map<Long, Reading> distinct = new LinkedHashMap<>();
                        part.subList(start, Math.min(part.size(), start + BATCH))
                                .forEach(reading -> distinct.put(reading.id(), reading));
                        write.batch(connection, List.copyOf(new TreeMap<>(distinct).values()));
                    }
                }
                return null;
            }));
        }
        for (Future<?> end : ends) {
            end.get();
        }
        threads.shutdown();
        return readings.size();
    }

    private static void unnest(Connection connection, List<Reading> rows) throws SQLException {
        int size = rows.size();
        Long[] ids = new Long[size];
        String[] places = new String[size];
        Double[] values = new Double[size];
        String[] times = new String[size];
        Long[] versions = new Long[size];
        for (int i = 0; i < size; i++) {
            Reading row = rows.get(i);
            ids[i] = row.id();
            places[i] = row.place();
            values[i] = row.reading();
            times[i] = row.at().toString();
            versions[i] = row.version();
        }
        try (PreparedStatement statement = connection.prepareStatement(POSTGRES)) {
            statement.setObject(1, ids);
            statement.setObject(2, places);
            statement.setObject(3, values);
            statement.setObject(4, times);
            statement.setObject(5, versions);
            statement.executeUpdate();
        }
    }

    private static void multiValues(Connection connection, List<Reading> all) throws SQLException {
        for (int start = 0; start < all.size(); start += 1_000) {
            List<Reading> rows = all.subList(start, Math.min(all.size(), start + 1_000));
            String sql = "INSERT INTO readings (id, place, reading, at, ver) VALUES (?,?,?,?,?)"
                    + ",(?,?,?,?,?)".repeat(rows.size() - 1)
                    + " ON DUPLICATE KEY UPDATE place = IF(ver <= VALUES(ver), VALUES(place), place),"
                    + " reading = IF(ver <= VALUES(ver), VALUES(reading), reading),"
                    + " at = IF(ver <= VALUES(ver), VALUES(at), at), ver = IF(ver <= VALUES(ver), VALUES(ver), ver)";
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                int parameter = 1;
                for (Reading row : rows) {
                    bind(statement, parameter, row);
                    parameter += 5;
                }
                statement.executeUpdate();
            }
        }
    }

    /** The five columns, from {@code first} on. */
    static void bind(PreparedStatement statement, int first, Reading row) throws SQLException {
        statement.setLong(first, row.id());
        statement.setString(first + 1, row.place());
        statement.setDouble(first + 2, row.reading());
        statement.setTimestamp(first + 3, Timestamp.valueOf(row.at()));
        statement.setLong(first + 4, row.version());
    }
}
