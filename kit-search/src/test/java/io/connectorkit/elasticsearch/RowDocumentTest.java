package io.connectorkit.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.Map;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.Test;

/** What {@link ElasticsearchTableIT} does not show of rows as documents, and back. */
class RowDocumentTest {

    private static RowType row(DataType... types) {
        DataTypes.Field[] fields = new DataTypes.Field[types.length];
        for (int i = 0; i < types.length; i++) {
            fields[i] = DataTypes.FIELD("c" + i, types[i]);
        }
        return (RowType) DataTypes.ROW(fields).getLogicalType();
    }

    private static String json(RowType type, boolean withNulls, Object... values) throws IOException {
        return new String(RowDocument.of(type, withNulls).extract(GenericRowData.of(values)), StandardCharsets.UTF_8);
    }

    private static RowData read(RowType type, String json) throws IOException {
        JsonNode source = LookupRequests.JSON.readTree(json);
        return DocumentRow.of(type).map("id", source);
    }

    @Test
    void writesAndReadsEveryTypeInFull() throws Exception {
        RowType type = row(
                DataTypes.BIGINT(),
                DataTypes.DECIMAL(38, 10),
                DataTypes.DATE(),
                DataTypes.TIME(3),
                DataTypes.TIMESTAMP(9),
                DataTypes.TIMESTAMP_LTZ(9),
                DataTypes.BYTES(),
                DataTypes.ROW(
                        DataTypes.FIELD("a", DataTypes.INT()),
                        DataTypes.FIELD(
                                "b",
                                DataTypes.ROW(
                                        DataTypes.FIELD("c", DataTypes.STRING()),
                                        DataTypes.FIELD("d", DataTypes.INT())))),
                DataTypes.ARRAY(DataTypes.INT()),
                DataTypes.ARRAY(DataTypes.ROW(DataTypes.FIELD("x", DataTypes.DECIMAL(38, 0)))),
                DataTypes.MAP(DataTypes.STRING(), DataTypes.TIMESTAMP_LTZ(9)),
                DataTypes.TINYINT(),
                DataTypes.DOUBLE(),
                DataTypes.BOOLEAN(),
                DataTypes.MAP(DataTypes.STRING(), DataTypes.INT()));
        Instant instant = Instant.parse("2024-01-02T03:04:05.987654321Z");
        BigDecimal digits = new BigDecimal("9".repeat(38));
        Object[] values = {
            9_007_199_254_740_993L,
            DecimalData.fromBigDecimal(new BigDecimal("1234567890123456789012345678.0123456789"), 38, 10),
            19_782,
            45_296_789,
            TimestampData.fromLocalDateTime(LocalDateTime.parse("2024-01-02T03:04:05.123456789")),
            TimestampData.fromInstant(instant),
            new byte[] {0, -1},
            GenericRowData.of(7, GenericRowData.of(StringData.fromString("deep"), null)),
            new GenericArrayData(new Integer[] {1, null, 3}),
            new GenericArrayData(new Object[] {GenericRowData.of(DecimalData.fromBigDecimal(digits, 38, 0))}),
            new GenericMapData(Map.of(StringData.fromString("k"), TimestampData.fromInstant(instant))),
            (byte) -7,
            0.1,
            true,
            new GenericMapData(Collections.singletonMap(StringData.fromString("n"), null))
        };
        String json = "{\"c0\":9007199254740993,\"c1\":1234567890123456789012345678.0123456789,"
                + "\"c2\":\"2024-02-29\",\"c3\":\"12:34:56.789\",\"c4\":\"2024-01-02T03:04:05.123456789\","
                + "\"c5\":\"2024-01-02T03:04:05.987654321Z\",\"c6\":\"AP8=\",\"c7\":{\"a\":7,\"b\":{\"c\":\"deep\",\"d\":null}},"
                + "\"c8\":[1,null,3],\"c9\":[{\"x\":" + digits + "}],"
                + "\"c10\":{\"k\":\"2024-01-02T03:04:05.987654321Z\"},\"c11\":-7,\"c12\":0.1,\"c13\":true,\"c14\":{\"n\":null}}";
        assertThat(json(type, true, values)).isEqualTo(json);
        assertThat(json(type, true, RowDocumentTest.values(type, read(type, json))))
                .as("read and written again")
                .isEqualTo(json);
    }

    private static Object[] values(RowType type, RowData row) {
        Object[] values = new Object[row.getArity()];
        for (int i = 0; i < values.length; i++) {
            values[i] = RowData.createFieldGetter(type.getTypeAt(i), i).getFieldOrNull(row);
        }
        return values;
    }

    @Test
    void leavesNullColumnsOutOfAnUpdate() throws Exception {
        RowType type = row(DataTypes.INT(), DataTypes.STRING());
        assertThat(json(type, true, null, StringData.fromString("x"))).isEqualTo("{\"c0\":null,\"c1\":\"x\"}");
        assertThat(json(type, false, null, StringData.fromString("x"))).isEqualTo("{\"c1\":\"x\"}");
    }

    @Test
    void rejectsWhatJsonHasNot() {
        assertThatThrownBy(() -> json(row(DataTypes.DOUBLE()), true, Double.NaN))
                .hasMessage("column 'c0' must be a finite number, got NaN");
        assertThatThrownBy(() -> json(row(DataTypes.FLOAT()), true, Float.POSITIVE_INFINITY))
                .hasMessage("column 'c0' must be a finite number, got Infinity");
        assertThatThrownBy(() -> json(
                        row(DataTypes.MAP(DataTypes.STRING(), DataTypes.INT())),
                        true,
                        new GenericMapData(Collections.singletonMap(null, 1))))
                .hasMessage("column 'c0' must not have NULL as a key of its map");
        assertThatThrownBy(() -> RowDocument.of(
                        row(DataTypes.MAP(DataTypes.DATE(), DataTypes.INT()), DataTypes.MULTISET(DataTypes.DOUBLE())),
                        true))
                .hasMessage("column 'c0' must have strings, integers or booleans as keys of its map, got DATE\n"
                        + "column 'c1' must have strings, integers or booleans as keys of its map, got DOUBLE");
    }

    @Test
    void writesMapsWithIntegerKeysAndMultisets() throws Exception {
        assertThat(json(
                        row(
                                DataTypes.MAP(DataTypes.INT(), DataTypes.STRING()),
                                DataTypes.MULTISET(DataTypes.STRING()),
                                DataTypes.INTERVAL(DataTypes.SECOND(3))),
                        true,
                        new GenericMapData(Map.of(7, StringData.fromString("x"))),
                        new GenericMapData(Map.of(StringData.fromString("y"), 2)),
                        1_500L))
                .isEqualTo("{\"c0\":{\"7\":\"x\"},\"c1\":{\"y\":2},\"c2\":1500}");
    }

    @Test
    void readsWhatElasticsearchTakesForTheSame() throws Exception {
        RowType type = row(
                DataTypes.BIGINT(),
                DataTypes.BOOLEAN(),
                DataTypes.TIMESTAMP(3),
                DataTypes.TIMESTAMP_LTZ(3),
                DataTypes.ARRAY(DataTypes.INT()),
                DataTypes.STRING(),
                DataTypes.DATE(),
                DataTypes.INT());
        RowData row = read(
                type,
                "{\"c0\":\"42\",\"c1\":\"true\",\"c2\":\"2024-01-02T03:04:05+01:00\",\"c3\":1704164645000,\"c4\":7,"
                        + "\"c5\":{\"a\":1},\"c6\":\"2024-01-02T03:04:05Z\",\"other\":1}");
        assertThat(row.getLong(0)).isEqualTo(42);
        assertThat(row.getBoolean(1)).isTrue();
        assertThat(row.getTimestamp(2, 3).toString()).isEqualTo("2024-01-02T02:04:05");
        assertThat(row.getTimestamp(3, 3)).isEqualTo(TimestampData.fromEpochMillis(1_704_164_645_000L));
        assertThat(row.getArray(4).toIntArray()).containsExactly(7);
        assertThat(row.getString(5)).hasToString("{\"a\":1}");
        assertThat(row.getInt(6)).isEqualTo(19_724);
        assertThat(row.isNullAt(7)).isTrue();
    }

    @Test
    void namesTheColumnThatCannotBeReadAndNothingOfItsValue() {
        for (String value : new String[] {"\"s3cr3t\"", "1.5", "99999999999", "{\"s3cr3t\":1}"}) {
            assertThatThrownBy(() -> read(row(DataTypes.INT()), "{\"c0\":" + value + "}"))
                    .hasMessage("field 'c0' cannot be read as the type of its column in ROW<`c0` INT>");
        }
        assertThatThrownBy(() -> read(row(DataTypes.DECIMAL(3, 1)), "{\"c0\":12345}"))
                .hasMessageStartingWith("field 'c0' cannot be read");
        assertThatThrownBy(() ->
                        read(row(DataTypes.ROW(DataTypes.FIELD("x", DataTypes.DATE()))), "{\"c0\":{\"x\":\"no\"}}"))
                .hasMessageStartingWith("field 'c0.x' cannot be read");
    }

    @Test
    void asksForWholeDocumentsWhereNumbersMustKeepTheirDigits() {
        assertThat(DocumentRow.sourceFields(row(DataTypes.INT(), DataTypes.STRING())))
                .containsExactly("c0", "c1");
        assertThat(DocumentRow.sourceFields(row(DataTypes.INT(), DataTypes.ARRAY(DataTypes.DECIMAL(5, 2)))))
                .isEmpty();
    }
}
