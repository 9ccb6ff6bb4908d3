package io.connectorkit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.apache.flink.table.runtime.connector.sink.SinkRuntimeProviderContext;
import org.junit.jupiter.api.Test;

class NamedColumnsTest {

    private static final NamedColumns COLUMNS = new NamedColumns(List.of("id", "computed", "a", "b"));

    @Test
    void placesCountAllColumnsOfTheDdl() {
        assertThat(COLUMNS.of(new SinkRuntimeProviderContext(false, new int[][] {{3}, {0}})))
                .hasValueSatisfying(named -> assertThat(named).containsExactly("b", "id"));
    }

    @Test
    void aStatementThatNamesNoneWritesAll() {
        assertThat(COLUMNS.of(new SinkRuntimeProviderContext(false))).isEqualTo(Optional.empty());
        assertThat(COLUMNS.of(new SinkRuntimeProviderContext(false, new int[0][])))
                .isEqualTo(Optional.empty());
    }

    @Test
    void fieldsOfAColumnAreNotColumns() {
        assertThatThrownBy(() -> COLUMNS.of(new SinkRuntimeProviderContext(false, new int[][] {{0}, {2, 1}})))
                .hasMessage("an INSERT must name whole columns, got fields of [a]; name the columns");
    }
}
