package io.connectorkit.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.examples.demo.Dataset.Departure;
import io.connectorkit.examples.flights.Airport;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DatasetTest {

    @Test
    void everyFlightHasItsAirports() {
        Map<String, Airport> airports = Dataset.airports();
        List<Departure> flights = Dataset.flights(DemoOptions.MAX_ROWS);
        assertThat(airports).hasSize(3_376);
        assertThat(flights).hasSize(DemoOptions.MAX_ROWS);
        assertThat(flights)
                .allSatisfy(flight -> assertThat(airports).containsKeys(flight.origin(), flight.destination()));
        assertThat(flights.get(0)).isEqualTo(new Departure("F00001", "2001/01/01 00:47", "DTW", "LAS", 1750, 66));
    }

    @Test
    void readsQuotedFields() {
        assertThat(Dataset.fields("LAX,\"Los Angeles, \"\"Int'l\"\"\",CA,"))
                .containsExactly("LAX", "Los Angeles, \"Int'l\"", "CA", "");
    }
}
