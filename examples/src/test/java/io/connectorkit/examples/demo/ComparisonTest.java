package io.connectorkit.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.examples.flights.Airport;
import io.connectorkit.examples.flights.Flight;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    private final Map<String, FlightRow> table = new TreeMap<>();
    private final Map<String, FlightRow> store = new TreeMap<>();

    ComparisonTest() {
        for (int i = 1; i <= 9; i++) {
            put(table, row("F" + i, 2, 10, "Detroit", 100 + i));
            put(store, row("F" + i, 2, 10, "Detroit", 100 + i));
        }
    }

    @Test
    void equalRowsAreEqual() {
        assertThat(compare()).isEqualTo(new Comparison("store", 9, 0, 0, 0, 0, List.of()));
        assertThat(compare().equal()).isTrue();
    }

    @Test
    void findsAMissingRow() {
        store.remove("F3");
        assertThat(compare().missing()).isEqualTo(1);
        assertThat(compare().equal()).isFalse();
        assertThat(compare().examples()).containsExactly("F3 is missing");
    }

    @Test
    void findsAStaleRow() {
        put(store, row("F4", 1, 10, "Detroit", 50));
        assertThat(compare().stale()).isEqualTo(1);
        assertThat(compare().equal()).isFalse();
        assertThat(compare().examples())
                .containsExactly("F4 is stale: revision 1 (departed), the table has 2 (departed)");
    }

    @Test
    void findsAnExtraRow() {
        put(store, row("F99", 1, 10, "Detroit", 50));
        assertThat(compare().extra()).isEqualTo(1);
        assertThat(compare().equal()).isFalse();
        assertThat(compare().examples()).containsExactly("F99 is extra: the table does not have it");
    }

    @Test
    void findsAWrongValueInAnyField() {
        put(store, row("F5", 2, 11, "Detroit", 105));
        put(store, row("F6", 2, 10, "Chicago", 106));
        put(store, row("F7", 2, 10, "Detroit", 1));
        put(store, row("F8", 3, 10, "Detroit", 108));
        assertThat(compare().wrong()).isEqualTo(4);
        assertThat(compare().equal()).isFalse();
        assertThat(compare().examples()).hasSize(3).first().asString().startsWith("F5 differs: ");
    }

    private Comparison compare() {
        return Comparison.of("store", table, store);
    }

    private static void put(Map<String, FlightRow> rows, FlightRow row) {
        rows.put(row.flight().id(), row);
    }

    private static FlightRow row(String id, int revision, int delay, String city, long version) {
        Flight flight = new Flight(id, "2001/01/01 00:47", "DTW", "LAS", 1750, "departed", delay, revision);
        Airport origin = new Airport("DTW", "Metro", city);
        return FlightRow.of(flight, origin, new Airport("LAS", "McCarran", "Las Vegas"), version);
    }
}
