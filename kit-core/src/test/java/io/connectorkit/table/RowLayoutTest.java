package io.connectorkit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Test;

class RowLayoutTest {

    private static RowLayout layout(DataType... types) {
        DataTypes.Field[] fields = new DataTypes.Field[types.length];
        for (int i = 0; i < types.length; i++) {
            fields[i] = DataTypes.FIELD("c" + i, types[i]);
        }
        return new RowLayout(DataTypes.ROW(fields), List.of("c0"), List.of());
    }

    private static ChangeKey key(DataType type, Object value) {
        return layout(type).key(List.of("c0"), "PRIMARY KEY").extract(GenericRowData.of(value));
    }

    @Test
    void everyScalarColumnIsAPartOfItsOwnType() {
        assertThat(key(DataTypes.STRING(), StringData.fromString("a|b"))).isEqualTo(ChangeKey.of("a|b"));
        assertThat(key(DataTypes.BOOLEAN(), true)).isEqualTo(ChangeKey.of(true));
        assertThat(key(DataTypes.BYTES(), new byte[] {1, 2})).isEqualTo(ChangeKey.of(new byte[] {1, 2}));
        assertThat(key(DataTypes.TINYINT(), (byte) 7)).isEqualTo(ChangeKey.of(7));
        assertThat(key(DataTypes.SMALLINT(), (short) 7)).isEqualTo(ChangeKey.of(7));
        assertThat(key(DataTypes.INT(), 7)).isEqualTo(ChangeKey.of(7));
        assertThat(key(DataTypes.BIGINT(), 7L)).isEqualTo(ChangeKey.of(7));
        assertThat(key(DataTypes.FLOAT(), 0.1f)).isEqualTo(ChangeKey.of(0.1f));
        assertThat(key(DataTypes.DOUBLE(), 0.1)).isEqualTo(ChangeKey.of(0.1));
        assertThat(key(DataTypes.DECIMAL(30, 2), DecimalData.fromBigDecimal(new BigDecimal("1.50"), 30, 2)))
                .isEqualTo(ChangeKey.of(1.5));
        assertThat(key(DataTypes.DATE(), (int) LocalDate.of(2020, 2, 29).toEpochDay()))
                .isEqualTo(ChangeKey.of(LocalDate.of(2020, 2, 29)));
        assertThat(key(DataTypes.TIME(3), 1)).isEqualTo(ChangeKey.of(LocalTime.of(0, 0, 0, 1_000_000)));
        LocalDateTime time = LocalDateTime.of(2020, 1, 1, 0, 0, 0, 123_456_789);
        assertThat(key(DataTypes.TIMESTAMP(9), TimestampData.fromLocalDateTime(time)))
                .isEqualTo(ChangeKey.of(time));
        Instant instant = Instant.ofEpochSecond(1, 2);
        assertThat(key(DataTypes.TIMESTAMP_LTZ(9), TimestampData.fromInstant(instant)))
                .isEqualTo(ChangeKey.of(instant));
    }

    @Test
    void keysThatAreNotScalarAreRefusedAllAtOnce() {
        RowLayout layout = layout(DataTypes.ARRAY(DataTypes.INT()), DataTypes.ROW(), DataTypes.INT());
        assertThatThrownBy(() -> layout.key(List.of("c0", "c1", "c2"), "PRIMARY KEY"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("PRIMARY KEY column 'c0' must be a string, number, boolean, bytes, date, time or timestamp,"
                        + " got ARRAY<INT>\n"
                        + "PRIMARY KEY column 'c1' must be a string, number, boolean, bytes, date, time or timestamp,"
                        + " got ROW<>");
        assertThatThrownBy(() -> layout.key(List.of("nope"), "routing"))
                .hasMessage("routing must name a column of the table [c0, c1, c2], got 'nope'");
    }

    @Test
    void aNullInTheKeyIsRefusedByItsColumn() {
        RowKey key = layout(DataTypes.INT(), DataTypes.STRING()).key(List.of("c0", "c1"), "PRIMARY KEY");
        assertThatThrownBy(() -> key.extract(GenericRowData.of(1, null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("key column 'c1' must not be NULL");
        assertThat(key.orNull(GenericRowData.of(1, null))).isNull();
        assertThat(key.orNull(GenericRowData.of(1, StringData.fromString("x")))).isEqualTo(ChangeKey.of(1, "x"));
    }

    private static ChangeVersion version(DataType type, Object value) throws Exception {
        return layout(type).version("c0").extract(GenericRowData.of(value));
    }

    @Test
    void versionsAreReadFromIntegersDecimalsDigitsAndTimestamps() throws Exception {
        assertThat(version(DataTypes.INT(), 7)).isEqualTo(ChangeVersion.of(7));
        assertThat(version(DataTypes.BIGINT(), Long.MAX_VALUE)).isEqualTo(ChangeVersion.of(Long.MAX_VALUE));
        String wide = "9".repeat(38);
        assertThat(version(DataTypes.DECIMAL(38, 0), DecimalData.fromBigDecimal(new BigDecimal(wide), 38, 0)))
                .isEqualTo(ChangeVersion.of(wide));
        assertThat(version(DataTypes.STRING(), StringData.fromString("0042"))).isEqualTo(ChangeVersion.of(42));
        assertThat(version(DataTypes.TIMESTAMP(9), TimestampData.fromEpochMillis(3, 4)))
                .isEqualTo(ChangeVersion.of(3_000_004));
        assertThat(version(DataTypes.TIMESTAMP_LTZ(3), TimestampData.fromEpochMillis(3)))
                .isEqualTo(ChangeVersion.of(3_000_000));
    }

    @Test
    void aTimestampBeyondTheNanosecondsOfALongIsStillExact() throws Exception {
        LocalDateTime far = LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_999);
        assertThat(version(DataTypes.TIMESTAMP(9), TimestampData.fromLocalDateTime(far)))
                .isEqualTo(ChangeVersion.of("253402300799999999999"));
    }

    @Test
    void versionsThatHaveNoOrderAreRefused() {
        assertThatThrownBy(() -> version(DataTypes.DOUBLE(), 1.0))
                .hasMessage("sink.version-column must be an integer, DECIMAL(p, 0), digits in a string or a timestamp,"
                        + " got 'c0' of type DOUBLE");
        assertThatThrownBy(() -> version(DataTypes.DECIMAL(5, 2), null)).hasMessageContaining("DECIMAL(5, 2)");
        assertThatThrownBy(() -> version(DataTypes.INT(), null)).hasMessage("version column 'c0' must not be NULL");
        assertThatThrownBy(() -> version(DataTypes.INT(), -1)).hasMessage("version must be at least 0, got -1");
        assertThatThrownBy(() -> version(DataTypes.TIMESTAMP(3), TimestampData.fromEpochMillis(-1)))
                .hasMessageContaining("-1000000");
    }

    @Test
    void aDeletedRowIsADeleteWithItsVersionAndItsPayloadIsNotRead() throws Exception {
        RowLayout layout = layout(DataTypes.INT(), DataTypes.BIGINT());
        GenericRowData row = GenericRowData.ofKind(RowKind.DELETE, 1, 5L);
        Change<Object> change = layout.<Object>changes(
                        read -> {
                            throw new AssertionError("payload of a delete");
                        },
                        "c1")
                .read(row);
        assertThat(change).isEqualTo(new Change.Delete<>(ChangeKey.of(1), ChangeVersion.of(5)));
    }

    @Test
    void appendedRowsHaveKeysOfTheirOwn() throws Exception {
        RowLayout layout = layout(DataTypes.INT());
        RowData row = GenericRowData.of(1);
        assertThat(layout.appends(RowData::getArity).read(row).key())
                .isNotEqualTo(layout.appends(RowData::getArity).read(row).key());
    }
}
