package io.connectorkit.examples.demo;

import io.connectorkit.examples.flights.Airport;
import io.connectorkit.examples.flights.Flight;
import io.connectorkit.examples.flights.FlightChange;
import io.connectorkit.examples.flights.FlightsJob;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** The PostgreSQL database: the airports that the job looks up, and the table of flights that it writes. */
final class FlightDatabase implements FlightStore {

    /** 40 digits: the sequence numbers of DynamoDB Streams on AWS are wider than a bigint. */
    private static final String TABLES =
            """
            CREATE TABLE airports (iata text PRIMARY KEY, name text NOT NULL, city text NOT NULL);
            CREATE TABLE flights (
              flight text PRIMARY KEY, scheduled timestamp, origin text, origin_name text, origin_city text,
              destination text, destination_name text, destination_city text, distance integer, status text,
              delay integer, revision integer, sequence_number numeric(40), version numeric(40), deleted_at timestamptz)""";

    private final Connection connection;

    FlightDatabase(String url, String user) throws SQLException {
        this.connection = DriverManager.getConnection(url, user, "");
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
        return FlightsJob.POSTGRES;
    }

    @Override
    public Map<String, FlightRow> rows() throws SQLException {
        Map<String, FlightRow> rows = new TreeMap<>();
        synchronized (connection) {
            try (Statement statement = connection.createStatement();
                    ResultSet found = statement.executeQuery("SELECT * FROM flights WHERE deleted_at IS NULL")) {
                while (found.next()) {
                    rows.put(found.getString("flight"), row(found));
                }
            }
        }
        return rows;
    }

    private static FlightRow row(ResultSet found) throws SQLException {
        Flight flight = new Flight(
                found.getString("flight"),
                found.getObject("scheduled", LocalDateTime.class).format(FlightChange.TIME),
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
                found.getBigDecimal("sequence_number").longValueExact());
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
