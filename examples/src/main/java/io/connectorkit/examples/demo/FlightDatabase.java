package io.connectorkit.examples.demo;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The PostgreSQL database: the airports that the job looks up, and the table of flights that it writes. */
final class FlightDatabase implements FlightStore {

    static final String FLIGHTS = "flights";
    static final String AIRPORTS = "airports";
    static final String KEY = "flight";
    static final String VERSION = "version";
    static final String DELETED_AT = "deleted_at";

    private static final List<String> COLUMNS = List.of(
            "scheduled",
            "origin",
            "origin_name",
            "origin_city",
            "destination",
            "destination_name",
            "destination_city",
            "distance",
            "status",
            "delay",
            "revision");

    /** 40 digits: the sequence numbers of DynamoDB Streams on AWS are wider than a bigint. */
    private static final String TABLES =
            """
            CREATE TABLE airports (iata text PRIMARY KEY, name text NOT NULL, city text NOT NULL);
            CREATE TABLE flights (
              flight text PRIMARY KEY, scheduled timestamp, origin text, origin_name text, origin_city text,
              destination text, destination_name text, destination_city text, distance integer, status text,
              delay integer, revision integer, version numeric(40) NOT NULL, deleted_at timestamptz)""";

    private static final DateTimeFormatter SCHEDULED = DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm", Locale.ROOT);

    private final Connection connection;

    FlightDatabase(String url, String user) throws SQLException {
        this.connection = DriverManager.getConnection(url, user, "");
    }

    /** The columns beside the key; without a guard the version is one of them, like any other. */
    static List<String> columns(boolean guarded) {
        return guarded
                ? COLUMNS
                : Stream.concat(COLUMNS.stream(), Stream.of(VERSION)).toList();
    }

    /** The values of {@link #columns} for a change that is not a delete. */
    static Object[] values(FlightChange change, boolean guarded) {
        Flight flight = change.present();
        Airport from = change.from();
        Airport to = change.to();
        List<@Nullable Object> values = new ArrayList<>(Arrays.asList(
                LocalDateTime.parse(flight.scheduled(), SCHEDULED),
                flight.origin(),
                from == null ? null : from.name(),
                from == null ? null : from.city(),
                flight.destination(),
                to == null ? null : to.name(),
                to == null ? null : to.city(),
                flight.distance(),
                flight.status(),
                flight.delay(),
                flight.revision()));
        if (!guarded) {
            values.add(new BigDecimal(change.version().toBigInteger()));
        }
        return values.toArray();
    }

    /** Creates both tables and loads the airports. */
    void create(Collection<Airport> airports) throws SQLException {
        try (Statement statement = connection.createStatement();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO airports VALUES (?, ?, ?)")) {
            statement.execute(TABLES);
            for (Airport airport : airports) {
                insert.setString(1, airport.iata());
                insert.setString(2, airport.name());
                insert.setString(3, airport.city());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    @Override
    public String name() {
        return "PostgreSQL";
    }

    @Override
    public Map<String, FlightRow> rows() throws SQLException {
        Map<String, FlightRow> rows = new TreeMap<>();
        synchronized (connection) {
            try (Statement statement = connection.createStatement();
                    ResultSet found = statement.executeQuery("SELECT * FROM flights WHERE deleted_at IS NULL")) {
                while (found.next()) {
                    rows.put(found.getString(KEY), row(found));
                }
            }
        }
        return rows;
    }

    private static FlightRow row(ResultSet found) throws SQLException {
        Flight flight = new Flight(
                found.getString(KEY),
                found.getObject("scheduled", LocalDateTime.class).format(SCHEDULED),
                found.getString("origin"),
                found.getString("destination"),
                found.getInt("distance"),
                found.getString("status"),
                found.getObject("delay", Integer.class),
                found.getInt("revision"));
        return new FlightRow(
                flight,
                found.getString("origin_name"),
                found.getString("origin_city"),
                found.getString("destination_name"),
                found.getString("destination_city"),
                found.getBigDecimal(VERSION).longValueExact());
    }

    @Override
    public Map<String, Integer> revisions(Collection<String> ids) throws SQLException {
        Map<String, Integer> revisions = new HashMap<>();
        synchronized (connection) {
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT flight, revision FROM flights WHERE flight = ANY (?) AND deleted_at IS NULL")) {
                select.setArray(1, connection.createArrayOf("text", ids.toArray()));
                try (ResultSet found = select.executeQuery()) {
                    while (found.next()) {
                        revisions.put(found.getString(1), found.getInt(2));
                    }
                }
            }
        }
        return revisions;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
