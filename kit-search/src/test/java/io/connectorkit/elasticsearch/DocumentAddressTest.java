package io.connectorkit.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.sink.Changes;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DocumentAddressTest {

    private static final DocumentAddress DELIMITED = new DocumentAddress(false, false, "_");

    private record Row(String id, String index, String routing, boolean deleted) {}

    private static final Changes<Row, String> CHANGES = Changes.<Row, String>of(row -> ChangeKey.of(row.id, 1), Row::id)
            .withVersion(row -> ChangeVersion.of(1))
            .withDeletes(Row::deleted);

    @Test
    void joinsPartsAsTheOfficialConnectorDoes() {
        assertThat(DELIMITED.id(ChangeKey.of("a", "b"))).isEqualTo("a_b");
        assertThat(DELIMITED.id(ChangeKey.of("1"))).isEqualTo("1");
        assertThat(DELIMITED.id(ChangeKey.of("'q'", true, 7L))).isEqualTo("'q'_true_7");
        assertThat(DELIMITED.id(ChangeKey.of(new BigDecimal("1E+30"), new BigDecimal("0.5"))))
                .isEqualTo("1000000000000000000000000000000_0.5");
        UUID uuid = UUID.randomUUID();
        assertThat(DELIMITED.id(ChangeKey.of(LocalDate.of(2024, 1, 2), Instant.EPOCH, uuid)))
                .isEqualTo("2024-01-02_1970-01-01T00:00:00Z_" + uuid);
        assertThat(new DocumentAddress(false, false, "$").id(ChangeKey.of("a", "b")))
                .isEqualTo("a$b");
    }

    @Test
    void makesDelimitedIdsThatElasticsearchTakesOrSaysWhyNot() {
        assertThat(DELIMITED.id(ChangeKey.of("x".repeat(510), "y"))).hasSize(512);
        assertThat(DELIMITED.id(ChangeKey.of("x".repeat(511), "y"))).hasSize(65).startsWith("~");
        assertThatThrownBy(() -> DELIMITED.id(ChangeKey.of("")))
                .hasMessage("key='' must not be empty with document-id.key-delimiter (Elasticsearch has no empty _id)");
        assertThatThrownBy(() -> DELIMITED.id(ChangeKey.of("a", new byte[] {1})))
                .hasMessage("key=a|0x01 must not have a part of bytes with document-id.key-delimiter, for bytes have no"
                        + " text; leave the option out");
    }

    @Test
    void tellsDocumentsOfTwoIndicesApartAndBringsThemBack() throws Exception {
        ElasticsearchWriteOptions<Row> options =
                ElasticsearchWriteOptions.<Row>defaults().withIndex(Row::index).withRouting(Row::routing);
        Changes<Row, String> addressed = DocumentAddress.address(CHANGES, options, "orders");
        DocumentAddress address = DocumentAddress.of(options);

        Change<String> upsert = addressed.read(new Row("a", "orders-1", "r", false));
        assertThat(upsert.key()).isEqualTo(ChangeKey.of("orders-1", "r", "a", 1));
        assertThat(address.index(upsert.key())).isEqualTo("orders-1");
        assertThat(address.routing(upsert.key())).isEqualTo("r");
        assertThat(address.id(upsert.key())).isEqualTo("a|1");

        Change<String> delete = addressed.read(new Row("a", null, null, true));
        assertThat(delete).isInstanceOf(Change.Delete.class);
        assertThat(address.index(delete.key())).as("the default").isEqualTo("orders");
        assertThat(address.routing(delete.key())).isNull();
        assertThat(address.id(delete.key())).isEqualTo("a|1");

        assertThat(address.id(ChangeKey.parse(upsert.key().text()))).isEqualTo("a|1");
    }

    @Test
    void refusesARecordWhoseIndexIsNoName() {
        Changes<Row, String> addressed = DocumentAddress.address(
                CHANGES, ElasticsearchWriteOptions.<Row>defaults().withIndex(Row::index), "orders");
        assertThatThrownBy(() -> addressed.read(new Row("a", "Not A Name", null, false)))
                .hasMessage("index of the record must be lower case (Elasticsearch), got 'Not A Name'");
    }

    @Test
    void leavesKeysAloneWhereThereIsNothingToAdd() {
        assertThat(DocumentAddress.address(CHANGES, ElasticsearchWriteOptions.defaults(), "orders"))
                .isSameAs(CHANGES);
    }

    @Test
    void growsKeysForRecordsThatHaveNone() {
        GeneratedKeys<String> one = new GeneratedKeys<>();
        GeneratedKeys<String> two = new GeneratedKeys<>();
        String first = one.extract("x").text();
        assertThat(one.extract("x").text()).isGreaterThan(first).hasSameSizeAs(first);
        assertThat(two.extract("x").text().substring(0, 36)).isNotEqualTo(first.substring(0, 36));
    }
}
