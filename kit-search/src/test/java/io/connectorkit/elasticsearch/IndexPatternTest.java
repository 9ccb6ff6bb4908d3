package io.connectorkit.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.table.RowLayout;
import io.connectorkit.table.SinkTable;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndexPatternTest {

    private static final DataType TYPE = DataTypes.ROW(
            DataTypes.FIELD("shop", DataTypes.STRING()),
            DataTypes.FIELD("n", DataTypes.BIGINT()),
            DataTypes.FIELD("day", DataTypes.DATE()),
            DataTypes.FIELD("at", DataTypes.TIMESTAMP(3)),
            DataTypes.FIELD("seen", DataTypes.TIMESTAMP_LTZ(3)),
            DataTypes.FIELD("x", DataTypes.DOUBLE()));
    private static final GenericRowData ROW = GenericRowData.of(
            StringData.fromString("eu"),
            7L,
            19_724,
            TimestampData.fromLocalDateTime(LocalDateTime.of(2024, 1, 2, 3, 4)),
            TimestampData.fromInstant(Instant.parse("2024-01-02T23:30:00Z")),
            1.5);

    private static IndexPattern pattern(String text) {
        Clock clock = Clock.fixed(Instant.parse("2026-05-06T22:30:00Z"), ZoneId.of("UTC"));
        return IndexPattern.of(text, (RowType) TYPE.getLogicalType(), ZoneId.of("Europe/Berlin"), clock);
    }

    @ParameterizedTest
    @CsvSource({
        "orders-{shop}, orders-eu",
        "{shop}, eu",
        "{shop}-{n}, eu-7",
        "o-{day}, o-2024-01-02",
        "o-{day|yyyy.MM}, o-2024.01",
        "o-{at|yyyy-MM-dd}-x, o-2024-01-02-x",
        "o-{at|}, o-2024_01_02",
        "o-{seen|yyyy-MM-dd HH}, o-2024-01-03 00",
        "o-{now()|yyyy-MM-dd}, o-2026-05-07",
        "o-{NOW()|yyyy}, o-2026",
        "o-{CURRENT_TIMESTAMP|yyyy}, o-2026"
    })
    void namesTheIndexByWhatARowSays(String pattern, String index) {
        assertThat(pattern(pattern).extract(ROW)).isEqualTo(index);
    }

    @Test
    void isNoPatternWithoutPlaceholders() {
        assertThat(pattern("orders")).isNull();
    }

    @Test
    void knowsWhetherItLooksAtTheClock() {
        assertThat(pattern("o-{now()|yyyy}").usesClock()).isTrue();
        assertThat(pattern("o-{at|yyyy}").usesClock()).isFalse();
    }

    @Test
    void callsItselfByWhatAllIndicesShare() {
        assertThat(pattern("orders-{shop}-{n}").label()).isEqualTo("orders");
        assertThat(pattern("{shop}").label()).isEqualTo("by-column");
    }

    @Test
    void refusesARowWithoutTheColumn() {
        IndexPattern pattern = pattern("o-{shop}");
        assertThatThrownBy(() -> pattern.extract(new GenericRowData(6)))
                .hasMessage("column 'shop' must not be NULL, for it names the index");
    }

    @Test
    void saysAllThatIsWrong() {
        assertThatThrownBy(() -> pattern("{none}-{x}-{at}-{shop|yyyy}-{day|bad{"))
                .hasMessage("index must name columns of the table [shop, n, day, at, seen, x], got '{none}'\n"
                        + "index must be made of strings, integers, booleans, or dates and timestamps with one, got"
                        + " '{x}' of type DOUBLE\n"
                        + "index must be made of strings, integers, booleans, or dates and timestamps with one, got"
                        + " '{at}' of type TIMESTAMP(3)\n"
                        + "index must be made of strings, integers, booleans without a format, or dates and timestamps"
                        + " with one, got '{shop|yyyy}' of type STRING\n"
                        + "index must close every { with a }, as in orders-{day|yyyy-MM-dd}, got"
                        + " '{none}-{x}-{at}-{shop|yyyy}-{day|bad{'");
        assertThatThrownBy(() -> pattern("{day|jjjj}"))
                .hasMessageStartingWith("index must have formats of date and time");
    }

    @Test
    void aDeleteNeedsAllColumnsWhereTheyAddressTheDocument() {
        RowLayout layout = new RowLayout(TYPE, List.of("shop"), List.of());
        ElasticsearchWriteOptions<org.apache.flink.table.data.RowData> plain = ElasticsearchWriteOptions.defaults();
        assertThat(ElasticsearchTableFactory.takes(layout, null, plain)).isEqualTo(SinkTable.Takes.UPSERT);
        assertThat(ElasticsearchTableFactory.takes(layout, null, plain.withIndex(row -> "x")))
                .isEqualTo(SinkTable.Takes.UPSERT_WITH_FULL_DELETES);
        assertThat(ElasticsearchTableFactory.takes(layout, null, plain.withRouting(row -> "x")))
                .isEqualTo(SinkTable.Takes.UPSERT_WITH_FULL_DELETES);
        assertThat(ElasticsearchTableFactory.takes(layout, "n", plain))
                .isEqualTo(SinkTable.Takes.UPSERT_WITH_FULL_DELETES);
    }
}
