package io.connectorkit.aws.dynamodbstreams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
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
import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class ChangeRowsTest {

    private static final Map<String, AttributeValue> KEYS = Map.of("id", AttributeValue.fromS("k"));

    private static DynamoDbChange change(
            DynamoDbChange.EventName event, Map<String, AttributeValue> before, Map<String, AttributeValue> after) {
        return new DynamoDbChange(event, KEYS, before, after, "42", Instant.EPOCH, null, "shard");
    }

    private static List<RowData> rows(ChangelogKind kind, DataType row, DynamoDbChange change) {
        List<RowData> rows = new ArrayList<>();
        ChangeRows deserializer =
                new ChangeRows(kind, (RowType) row.getLogicalType(), List.of(), TypeInformation.of(RowData.class));
        deserializer.deserialize(change, new Collector<>() {
            @Override
            public void collect(RowData element) {
                rows.add(element);
            }

            @Override
            public void close() {}
        });
        return rows;
    }

    private static Object value(DataType type, AttributeValue attribute) {
        Map<String, AttributeValue> item = attribute == null ? Map.of() : Map.of("v", attribute);
        return ((GenericRowData) rows(
                                ChangelogKind.UPSERT,
                                DataTypes.ROW(DataTypes.FIELD("v", type)),
                                change(DynamoDbChange.EventName.INSERT, null, item))
                        .get(0))
                .getField(0);
    }

    @Test
    void readsEveryTypeThatAnAttributeHas() {
        AttributeValue number = AttributeValue.fromN("12.50");
        assertThat(value(DataTypes.STRING(), AttributeValue.fromS("x"))).isEqualTo(StringData.fromString("x"));
        assertThat(value(DataTypes.STRING(), number)).isEqualTo(StringData.fromString("12.50"));
        assertThat(value(DataTypes.BOOLEAN(), AttributeValue.fromBool(true))).isEqualTo(true);
        assertThat(value(DataTypes.TINYINT(), AttributeValue.fromN("-1"))).isEqualTo((byte) -1);
        assertThat(value(DataTypes.SMALLINT(), AttributeValue.fromN("7"))).isEqualTo((short) 7);
        assertThat(value(DataTypes.INT(), AttributeValue.fromN("7.0"))).isEqualTo(7);
        assertThat(value(DataTypes.BIGINT(), AttributeValue.fromN("9223372036854775807")))
                .isEqualTo(Long.MAX_VALUE);
        assertThat(value(DataTypes.DOUBLE(), number)).isEqualTo(12.5);
        assertThat(value(DataTypes.FLOAT(), number)).isEqualTo(12.5f);
        assertThat(value(DataTypes.DECIMAL(5, 2), number))
                .isEqualTo(DecimalData.fromBigDecimal(new BigDecimal("12.50"), 5, 2));
        assertThat(value(DataTypes.BYTES(), AttributeValue.fromB(SdkBytes.fromUtf8String("b"))))
                .isEqualTo(new byte[] {'b'});
        assertThat(value(DataTypes.DATE(), AttributeValue.fromS("1970-01-02"))).isEqualTo(1);
        assertThat(value(DataTypes.TIME(), AttributeValue.fromS("00:00:01"))).isEqualTo(1000);
        assertThat(value(DataTypes.TIMESTAMP(3), AttributeValue.fromS("1970-01-01 00:00:01.5")))
                .isEqualTo(TimestampData.fromEpochMillis(1500));
        assertThat(value(DataTypes.TIMESTAMP_LTZ(3), AttributeValue.fromS("1970-01-01T01:00:00+01:00")))
                .isEqualTo(TimestampData.fromEpochMillis(0));
        assertThat(value(DataTypes.ARRAY(DataTypes.INT()), AttributeValue.fromNs(List.of("1"))))
                .isEqualTo(new GenericArrayData(new Object[] {1}));
        assertThat(value(
                        DataTypes.MAP(DataTypes.STRING(), DataTypes.INT()),
                        AttributeValue.fromM(Map.of("a", AttributeValue.fromN("1")))))
                .isEqualTo(new GenericMapData(Map.of(StringData.fromString("a"), 1)));
        assertThat(value(
                        DataTypes.ROW(DataTypes.FIELD("a", DataTypes.INT()), DataTypes.FIELD("b", DataTypes.INT())),
                        AttributeValue.fromM(Map.of("a", AttributeValue.fromN("1")))))
                .isEqualTo(GenericRowData.of(1, null));
    }

    @Test
    void whatIsAbsentIsNullUnlessTheColumnForbidsIt() {
        assertThat(value(DataTypes.INT(), null)).isNull();
        assertThat(value(DataTypes.INT(), AttributeValue.fromNul(true))).isNull();
        assertThatThrownBy(() -> value(DataTypes.INT().notNull(), null))
                .hasMessage("attribute 'v' of item " + KEYS + " must be there, because its column is NOT NULL");
    }

    @Test
    void refusesAnotherTypeWithoutTellingTheValue() {
        assertThatThrownBy(() -> value(DataTypes.INT(), AttributeValue.fromS("secret")))
                .hasMessage("attribute 'v' of item " + KEYS + " must be of type N, got S");
        assertThatThrownBy(() -> value(DataTypes.INT(), AttributeValue.fromN("3000000000")))
                .hasMessage("attribute 'v' of item " + KEYS + " must fit the type of its column");
        assertThatThrownBy(() -> value(DataTypes.DECIMAL(3, 1), AttributeValue.fromN("1.25")))
                .hasMessage("attribute 'v' of item " + KEYS + " must fit DECIMAL(3, 1)");
        assertThatThrownBy(() -> value(DataTypes.DATE(), AttributeValue.fromS("secret")))
                .hasMessage("attribute 'v' of item " + KEYS + " must be a time as ISO 8601 writes it");
    }

    @Test
    void eachKindOfChangelogHasItsRows() {
        DataType row = DataTypes.ROW(DataTypes.FIELD("id", DataTypes.STRING()), DataTypes.FIELD("v", DataTypes.INT()));
        Map<String, AttributeValue> one = Map.of("id", KEYS.get("id"), "v", AttributeValue.fromN("1"));
        Map<String, AttributeValue> two = Map.of("id", KEYS.get("id"), "v", AttributeValue.fromN("2"));
        DynamoDbChange modify = change(DynamoDbChange.EventName.MODIFY, one, two);
        DynamoDbChange remove = change(DynamoDbChange.EventName.REMOVE, two, null);
        DynamoDbChange read = change(DynamoDbChange.EventName.READ, null, one);
        StringData key = StringData.fromString("k");
        assertThat(rows(ChangelogKind.ALL, row, modify))
                .containsExactly(
                        GenericRowData.ofKind(RowKind.UPDATE_BEFORE, key, 1),
                        GenericRowData.ofKind(RowKind.UPDATE_AFTER, key, 2));
        assertThat(rows(ChangelogKind.ALL, row, remove)).containsExactly(GenericRowData.ofKind(RowKind.DELETE, key, 2));
        assertThat(rows(ChangelogKind.UPSERT, row, modify))
                .containsExactly(GenericRowData.ofKind(RowKind.UPDATE_AFTER, key, 2));
        assertThat(rows(ChangelogKind.UPSERT, row, remove))
                .containsExactly(GenericRowData.ofKind(RowKind.DELETE, key, null));
        assertThat(rows(ChangelogKind.UPSERT, row, read))
                .containsExactly(GenericRowData.ofKind(RowKind.INSERT, key, 1));
        DataType keyRow = DataTypes.ROW(DataTypes.FIELD("id", DataTypes.STRING()));
        assertThat(rows(ChangelogKind.KEYS_ONLY, keyRow, change(DynamoDbChange.EventName.MODIFY, null, null)))
                .containsExactly(GenericRowData.ofKind(RowKind.UPDATE_AFTER, key));
    }

    @Test
    void namesTheImageThatIsMissing() {
        DataType row = DataTypes.ROW(DataTypes.FIELD("id", DataTypes.STRING()));
        assertThatThrownBy(() -> rows(ChangelogKind.ALL, row, change(DynamoDbChange.EventName.MODIFY, null, Map.of())))
                .hasMessage("the change of " + KEYS
                        + " at 42 must have an old image, got none; was the view of the stream changed?");
    }
}
