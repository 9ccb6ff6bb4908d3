package io.connectorkit.aws.dynamodbstreams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.shard.Shard;
import io.connectorkit.aws.shard.StartPosition;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The pieces of a table's scan: segments, positions, read capacity, options. */
class ScanTest {

    @Test
    void aPositionIsTheKeyOfAnItem() {
        for (Map<String, AttributeValue> key : List.of(
                Map.of("id", AttributeValue.fromS("ünï")),
                Map.of("id", AttributeValue.fromN("-1.50"), "sort", AttributeValue.fromS("")),
                Map.of(
                        "id",
                        AttributeValue.fromB(SdkBytes.fromByteArray(new byte[2000])),
                        "a",
                        AttributeValue.fromN("0")))) {
            assertThat(ScanPosition.decode(ScanPosition.encode(key))).isEqualTo(key);
        }
    }

    @Test
    void aSegmentIsToldByItsId() {
        assertThat(ScanSegment.all(2, 77))
                .extracting(Shard::id)
                .containsExactly("snapshot-0-of-2-at-77", "snapshot-1-of-2-at-77");
        assertThat(ScanSegment.all(2, 77)).allMatch(Shard::closed);
        assertThat(ScanSegment.parse("snapshot-1-of-2-at-77")).isEqualTo(new ScanSegment(1, 2, 77));
        assertThat(ScanSegment.parse("shardId-00000001414576573621-f55eea83")).isNull();
    }

    @Test
    void readCapacityIsSpentEvenly() {
        ScanBudget budget =
                new ScanBudget(DynamoDbScanOptions.defaults().withSegments(4).withReadUnitsPerSecond(200));
        assertThat(budget.items(1000)).as("before anything is known").isEqualTo(25);
        assertThat(budget.restMillis(25, 25)).as("25 of 50 units a second").isEqualTo(500);
        assertThat(budget.items(1000)).as("a second's worth").isEqualTo(50);
        for (int i = 0; i < 50; i++) {
            budget.restMillis(100, 10);
        }
        assertThat(budget.items(1000)).as("of items of 10 units").isEqualTo(5);
        assertThat(budget.restMillis(0, 0)).isZero();
    }

    @Test
    void withoutABoundNothingRests() {
        ScanBudget budget = new ScanBudget(DynamoDbScanOptions.defaults());
        assertThat(budget.restMillis(1000, 10)).isZero();
        assertThat(budget.items(1000)).isEqualTo(1000);
    }

    @Test
    void tellsAllProblemsOfAScanAtOnce() {
        assertThatThrownBy(() -> new DynamoDbScanOptions(0, 1001, -1))
                .hasMessage("scan.segments must be between 1 and 4096, got 0\n"
                        + "scan.page-size must be between 1 and 1000, got 1001\n"
                        + "scan.read-units-per-second must be at least 0 (0 for no bound), got -1");
    }

    @Test
    void aSnapshotNeedsNewImagesAndItsOwnStart() {
        DynamoDbStreamsOptions stream = DynamoDbStreamsOptions.ofTable("orders", AwsOptions.of("eu-west-1"))
                .withRequiredImages(RequiredImages.OLD)
                .withStart(StartPosition.TRIM_HORIZON);
        assertThatThrownBy(() -> DynamoDbCdcOptions.of(stream))
                .hasMessage("source.required-images must hold the new images that follow the table's items (NEW or"
                        + " NEW_AND_OLD), got OLD\n"
                        + "source.start must be left at LATEST with a snapshot, got TRIM_HORIZON");
    }
}
