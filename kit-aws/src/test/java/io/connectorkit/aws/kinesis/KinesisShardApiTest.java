package io.connectorkit.aws.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.aws.AwsOptions;
import io.connectorkit.aws.shard.OnGap;
import io.connectorkit.aws.shard.ShardApi;
import io.connectorkit.aws.shard.ShardFault;
import io.connectorkit.aws.shard.ShardPage;
import io.connectorkit.aws.shard.ShardPosition;
import io.connectorkit.aws.shard.ShardRecord;
import io.connectorkit.aws.shard.ShardSourceException;
import io.connectorkit.aws.shard.StartPosition;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** Positions, failures and the checks of the start, on scripted answers. */
class KinesisShardApiTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final AnsweringKinesis client = new AnsweringKinesis();

    private ShardApi<KinesisRecord> api(KinesisSourceOptions options) {
        return new KinesisShardApi(options, client, NOW::toEpochMilli);
    }

    private ShardApi<KinesisRecord> api() {
        return api(KinesisContractTest.OPTIONS);
    }

    private static Record record(int number, SdkBytes data) {
        return Record.builder()
                .sequenceNumber(Integer.toString(number))
                .partitionKey("outer")
                .approximateArrivalTimestamp(NOW)
                .data(data)
                .build();
    }

    private static Record packed(int number, int entries) {
        KplPacker packer = new KplPacker();
        for (int i = 0; i < entries; i++) {
            packer.add("k" + i, null, number + "/" + i);
        }
        return record(number, packer.packed());
    }

    private static List<ShardRecord<KinesisRecord>> readAll(ShardApi<KinesisRecord> api, ShardPosition from) {
        List<ShardRecord<KinesisRecord>> all = new ArrayList<>();
        String iterator = api.iterator("s", "shard", from).join();
        while (iterator != null) {
            ShardPage<KinesisRecord> page =
                    api.records("s", "shard", iterator, 2).join();
            all.addAll(page.records());
            iterator = page.nextIterator();
        }
        return all;
    }

    private static List<String> texts(List<ShardRecord<KinesisRecord>> records) {
        return records.stream()
                .map(record -> record.value().data().asUtf8String())
                .toList();
    }

    @Test
    void aRestoreInTheMiddleOfPackedRecordsIsExactWhereverItCuts() {
        client.records.add(packed(10, 3));
        client.records.add(record(11, SdkBytes.fromUtf8String("plain")));
        client.records.add(packed(12, 1));
        client.records.add(packed(13, 4));
        List<ShardRecord<KinesisRecord>> all = readAll(api(), ShardPosition.trimHorizon());
        assertThat(texts(all)).containsExactly("10/0", "10/1", "10/2", "plain", "12/0", "13/0", "13/1", "13/2", "13/3");
        assertThat(all)
                .extracting(ShardRecord::sequenceNumber)
                .containsExactly("10:0", "10:1", "10", "11", "12", "13:0", "13:1", "13:2", "13");
        for (int cut = 0; cut < all.size(); cut++) {
            ShardPosition position = ShardPosition.after(all.get(cut).sequenceNumber());
            assertThat(texts(readAll(api(), position)))
                    .as("behind %s", position)
                    .isEqualTo(texts(all.subList(cut + 1, all.size())));
        }
    }

    /** As after a split: the shard holds the hash keys up to 99. */
    private void ofOtherShardsToo(int number) {
        client.records.add(record(
                number,
                new KplPacker()
                        .add("a", "7", number + "/0")
                        .add("b", "100", number + "/1")
                        .add("c", "99", number + "/2")
                        .add("d", "340282366920938463463374607431768211455", number + "/3")
                        .packed()));
    }

    @Test
    void packedRecordsOfOtherShardsAreLeftOutAndCountedWhereverARestoreCuts() {
        client.hashKeys.put("another", "100-199");
        client.hashKeys.put("shard", "0-99");
        ofOtherShardsToo(10);
        client.records.add(record(11, SdkBytes.fromUtf8String("plain")));
        ofOtherShardsToo(12);
        List<ShardRecord<KinesisRecord>> all = readAll(api(), ShardPosition.trimHorizon());
        assertThat(texts(all)).containsExactly("10/0", "10/2", "plain", "12/0", "12/2");
        assertThat(all).extracting(ShardRecord::sequenceNumber).containsExactly("10:0", "10", "11", "12:0", "12");
        for (int cut = 0; cut < all.size(); cut++) {
            ShardPosition position = ShardPosition.after(all.get(cut).sequenceNumber());
            assertThat(texts(readAll(api(), position)))
                    .as("behind %s", position)
                    .isEqualTo(texts(all.subList(cut + 1, all.size())));
        }
        ShardApi<KinesisRecord> api = api();
        String iterator =
                api.iterator("s", "shard", ShardPosition.trimHorizon()).join();
        assertThat(api.records("s", "shard", iterator, 10).join().misplaced()).isEqualTo(4);
    }

    @Test
    void withoutAnExplicitHashKeyThePartitionKeyTellsTheShard() {
        // The MD5 of "a" is 0cc175b9c0f1b6a831c399e269772661.
        BigInteger hash = new BigInteger("0cc175b9c0f1b6a831c399e269772661", 16);
        client.records.add(record(
                10, new KplPacker().add("a", null, "x").add("b", null, "y").packed()));
        client.hashKeys.put("shard", hash + "-" + hash);
        assertThat(texts(readAll(api(), ShardPosition.trimHorizon()))).containsExactly("x");
        client.hashKeys.put("shard", hash.add(BigInteger.ONE) + "-" + hash.add(BigInteger.TWO));
        assertThat(texts(readAll(api(), ShardPosition.trimHorizon()))).isEmpty();
    }

    @Test
    void allPackedRecordsAreReadWhereAskedForWithoutAListing() {
        client.hashKeys.put("shard", "0-99");
        ofOtherShardsToo(10);
        ShardApi<KinesisRecord> api = new KinesisShardApi(
                KinesisContractTest.OPTIONS.withPackedRecords(PackedRecords.ALL), client, NOW::toEpochMilli);
        assertThat(texts(readAll(api, ShardPosition.trimHorizon()))).containsExactly("10/0", "10/1", "10/2", "10/3");
        assertThat(client.listings).isZero();
    }

    @Test
    void hashKeysAreListedOnceAndAgainForANewShard() {
        client.hashKeys.put("shard", "0-99");
        ShardApi<KinesisRecord> api = api();
        readAll(api, ShardPosition.trimHorizon());
        readAll(api, ShardPosition.trimHorizon());
        assertThat(client.listings).isEqualTo(1);
        client.hashKeys.put("child", "0-49");
        api.iterator("s", "child", ShardPosition.trimHorizon()).join();
        api.iterator("s", "shard", ShardPosition.trimHorizon()).join();
        assertThat(client.listings).isEqualTo(3);
    }

    @Test
    void aListingThatFailsIsAFaultOfTheShardAndTriedAgain() {
        client.hashKeys.put("shard", "0-99");
        client.listingFailure = "LimitExceededException";
        ShardApi<KinesisRecord> api = api();
        assertThatThrownBy(() ->
                        api.iterator("s", "shard", ShardPosition.trimHorizon()).join())
                .satisfies(failure -> assertThat(api.fault(failure)).isEqualTo(ShardFault.THROTTLED));
        client.listingFailure = null;
        ofOtherShardsToo(10);
        assertThat(texts(readAll(api, ShardPosition.trimHorizon()))).containsExactly("10/0", "10/2");
    }

    @Test
    void emptyPagesBeforeThePackedRecordDoNotRepeatIt() {
        client.records.add(packed(10, 3));
        client.emptyPages = 3;
        assertThat(texts(readAll(api(), ShardPosition.after("10:1")))).containsExactly("10/2");
    }

    @Test
    void aPackedRecordThatWasTrimmedWhenReadInPartIsAGap() {
        client.records.add(packed(11, 3));
        ShardApi<KinesisRecord> api = api();
        assertThatThrownBy(() -> readAll(api, ShardPosition.after("10:1")))
                .isInstanceOf(CompletionException.class)
                .satisfies(failure -> assertThat(api.fault(failure)).isEqualTo(ShardFault.TRIMMED))
                .hasMessageContaining(
                        "the record at sequence number 10, which was read in part, is not there any more");
    }

    @Test
    void tellsWhatProducersPut() {
        client.records.add(record(
                10, new KplPacker().add("a", "7", "x").add("b", null, "y").packed()));
        KinesisRecord first = readAll(api(), ShardPosition.trimHorizon()).get(0).value();
        assertThat(first.partitionKey()).isEqualTo("a");
        assertThat(first.explicitHashKey()).isEqualTo("7");
        assertThat(first.sequenceNumber()).isEqualTo("10");
        assertThat(first.subSequenceNumber()).isZero();
        assertThat(first.approximateArrivalTime()).isEqualTo(NOW);
        assertThat(first.shardId()).isEqualTo("shard");
        assertThat(first).hasToString("record of key a at 10:0 of shard");
        KinesisRecord second =
                readAll(api(), ShardPosition.trimHorizon()).get(1).value();
        assertThat(second.version()).isGreaterThan(first.version());
        assertThat(second.version().toString()).contains("100001");
    }

    @Test
    void countsTheBytesThatTheServiceCounts() {
        client.records.add(record(10, SdkBytes.fromUtf8String("12345")));
        SdkBytes packed = new KplPacker().add("a", null, "x").packed();
        client.records.add(record(11, packed));
        ShardApi<KinesisRecord> api = api();
        String iterator =
                api.iterator("s", "shard", ShardPosition.trimHorizon()).join();
        assertThat(api.records("s", "shard", iterator, 10).join().bytes()).isEqualTo(5 + packed.asByteArray().length);
    }

    @Test
    void asksForEachPositionInTheServicesWords() {
        ShardApi<KinesisRecord> api = api();
        for (ShardPosition position : List.of(
                ShardPosition.oldest(),
                ShardPosition.trimHorizon(),
                ShardPosition.latest(NOW),
                ShardPosition.since(NOW),
                ShardPosition.after("10"),
                ShardPosition.after("10:3"))) {
            api.iterator("s", "shard", position).join();
        }
        assertThat(client.iterators)
                .containsExactly(
                        "TRIM_HORIZON null null",
                        "TRIM_HORIZON null null",
                        "LATEST null null",
                        "AT_TIMESTAMP null " + NOW,
                        "AFTER_SEQUENCE_NUMBER 10 null",
                        "AT_SEQUENCE_NUMBER 10 null");
    }

    @Test
    void readsAFailureAsWhatItMeansForTheShard() {
        ShardApi<KinesisRecord> api = api();
        assertThat(fault(api, "ExpiredIteratorException")).isEqualTo(ShardFault.EXPIRED_ITERATOR);
        assertThat(fault(api, "ProvisionedThroughputExceededException")).isEqualTo(ShardFault.THROTTLED);
        assertThat(fault(api, "KMSThrottlingException")).isEqualTo(ShardFault.THROTTLED);
        assertThat(fault(api, "LimitExceededException")).isEqualTo(ShardFault.THROTTLED);
        assertThat(fault(api, "ResourceInUseException")).isEqualTo(ShardFault.RETRYABLE);
        assertThat(fault(api, "ExpiredNextTokenException")).isEqualTo(ShardFault.RETRYABLE);
        assertThat(fault(api, "InternalFailureException")).isEqualTo(ShardFault.RETRYABLE);
        assertThat(fault(api, "InvalidArgumentException")).isEqualTo(ShardFault.FATAL);
        assertThat(fault(api, "AccessDeniedException")).isEqualTo(ShardFault.FATAL);
        assertThat(fault(api, "KMSDisabledException")).isEqualTo(ShardFault.FATAL);
        assertThat(api.fault(new java.io.IOException("reset"))).isEqualTo(ShardFault.RETRYABLE);
    }

    private static ShardFault fault(ShardApi<KinesisRecord> api, String code) {
        return api.fault(new CompletionException(ScriptedKinesis.failure(code, "scripted")));
    }

    @Test
    void refusesAStartBeforeTheRetention() throws Exception {
        client.created = NOW.minus(Duration.ofDays(30));
        KinesisSourceOptions options =
                KinesisContractTest.OPTIONS.withStart(StartPosition.at(Instant.parse("2026-02-28T11:00:00Z")));
        assertThatThrownBy(() -> api(options).resolveStream(null))
                .isInstanceOf(ShardSourceException.class)
                .hasMessage("source.start must be within the retention of stream '" + options.streamArn()
                        + "' (24 h, so since 2026-02-28T12:00:00Z), got 2026-02-28T11:00:00Z; records in between may be"
                        + " gone: lengthen the retention, or accept it with source.on-gap=continue");
        assertThat(api(options.withSource(options.source().withOnGap(OnGap.CONTINUE)))
                        .resolveStream(null))
                .isEqualTo(options.streamArn());
        client.created = NOW.minus(Duration.ofHours(1));
        assertThat(api(options).resolveStream(null)).isEqualTo(options.streamArn());
    }

    @Test
    void onlyAPositionOlderThanTheRetentionMayBeTrimmed() {
        ShardApi<KinesisRecord> api = api();
        assertThat(api.mayBeTrimmed("s", "shard", ShardPosition.trimHorizon(), NOW.minus(Duration.ofHours(23)))
                        .join())
                .isFalse();
        assertThat(client.calls).as("no stream keeps less than a day").isEmpty();
        assertThat(api.mayBeTrimmed("s", "shard", ShardPosition.trimHorizon(), NOW.minus(Duration.ofHours(25)))
                        .join())
                .isTrue();
        client.retentionHours = 48;
        assertThat(api.mayBeTrimmed("s", "shard", ShardPosition.trimHorizon(), NOW.minus(Duration.ofHours(25)))
                        .join())
                .isFalse();
        assertThat(api.limits().retention()).isEqualTo(Duration.ofHours(48));
    }

    @Test
    void refusesAStartInTheFuture() {
        KinesisSourceOptions options = KinesisContractTest.OPTIONS.withStart(StartPosition.at(NOW.plusSeconds(1)));
        assertThatThrownBy(() -> api(options).resolveStream(null))
                .hasMessage("source.start must not be in the future (now 2026-03-01T12:00:00Z), got"
                        + " 2026-03-01T12:00:01Z; use LATEST to read what is written from now on");
    }

    @Test
    void refusesAStreamThatIsBeingDeleted() {
        client.status = StreamStatus.DELETING;
        assertThatThrownBy(() -> api().resolveStream(null))
                .hasMessage("stream 'arn:aws:kinesis:eu-west-1:123456789012:stream/orders' must not be deleted, got"
                        + " status DELETING");
    }

    @Test
    void refusesTheStateOfAnotherStream() {
        assertThatThrownBy(() -> api().resolveStream("arn:aws:kinesis:eu-west-1:123456789012:stream/others"))
                .hasMessage("stream.arn must be that of the restored state"
                        + " ('arn:aws:kinesis:eu-west-1:123456789012:stream/others'), got"
                        + " 'arn:aws:kinesis:eu-west-1:123456789012:stream/orders'; give the source another uid to start"
                        + " it without state");
        assertThatThrownBy(() -> api(KinesisSourceOptions.ofStream("orders", AwsOptions.of("eu-west-1")))
                        .resolveStream("arn:aws:kinesis:eu-west-1:123456789012:stream/others"))
                .hasMessageStartingWith("stream.name must be that of the restored state");
    }
}
