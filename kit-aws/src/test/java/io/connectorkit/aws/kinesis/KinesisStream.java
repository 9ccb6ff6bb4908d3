package io.connectorkit.aws.kinesis;

import io.connectorkit.aws.KinesisLocal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** A stream of its own on the emulator, and what was written to it. */
final class KinesisStream implements AutoCloseable {

    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final int MAX_ENTRIES = 500;

    final String name = "stream-" + NEXT.incrementAndGet();
    final String arn;
    final KinesisAsyncClient client;
    private final KinesisLocal server;
    private final Map<String, List<String>> written = new TreeMap<>();

    KinesisStream(KinesisLocal server, int shards) {
        this.server = server;
        this.arn = server.createStream(name, shards);
        this.client = server.client();
    }

    /** Values by key in the order written. */
    Map<String, List<String>> written() {
        Map<String, List<String>> copy = new TreeMap<>();
        written.forEach((key, values) -> copy.put(key, List.copyOf(values)));
        return copy;
    }

    void forget() {
        written.clear();
    }

    void put(String key, String value) {
        client.putRecord(put -> put.streamARN(arn).partitionKey(key).data(SdkBytes.fromUtf8String(value)))
                .join();
        written.computeIfAbsent(key, k -> new ArrayList<>()).add(value);
    }

    /** Writes rounds of distinct keys, each round in requests of its own, so that each key's records keep their order. */
    void putRounds(String prefix, int keys, int rounds) {
        for (int round = 0; round < rounds; round++) {
            String value = prefix + round;
            for (int from = 0; from < keys; from += MAX_ENTRIES) {
                List<PutRecordsRequestEntry> entries = IntStream.range(from, Math.min(keys, from + MAX_ENTRIES))
                        .mapToObj(key -> PutRecordsRequestEntry.builder()
                                .partitionKey("k" + key)
                                .data(SdkBytes.fromUtf8String(value))
                                .build())
                        .toList();
                PutRecordsResponse answer = client.putRecords(
                                put -> put.streamARN(arn).records(entries))
                        .join();
                if (answer.failedRecordCount() != 0) {
                    throw new IllegalStateException(answer.failedRecordCount() + " records were refused");
                }
                entries.forEach(entry -> written.computeIfAbsent(entry.partitionKey(), k -> new ArrayList<>())
                        .add(value));
            }
        }
    }

    /** Writes rounds of distinct keys, all packed into one record. */
    void putPacked(String prefix, int keys, int rounds) {
        KplPacker packer = new KplPacker();
        for (int round = 0; round < rounds; round++) {
            for (int key = 0; key < keys; key++) {
                packer.add("k" + key, null, prefix + round);
                written.computeIfAbsent("k" + key, k -> new ArrayList<>()).add(prefix + round);
            }
        }
        client.putRecord(put -> put.streamARN(arn).partitionKey("packed").data(packer.packed()))
                .join();
    }

    /** Open shards in the order of their hash keys. */
    List<Shard> openShards() {
        return client.listShards(list -> list.streamARN(arn)).join().shards().stream()
                .filter(shard -> shard.sequenceNumberRange().endingSequenceNumber() == null)
                .sorted(Comparator.comparing(
                        shard -> new BigInteger(shard.hashKeyRange().startingHashKey())))
                .toList();
    }

    /** Splits each open shard in the middle. */
    void splitAll() {
        for (Shard shard : openShards()) {
            BigInteger from = new BigInteger(shard.hashKeyRange().startingHashKey());
            BigInteger to = new BigInteger(shard.hashKeyRange().endingHashKey());
            server.splitShard(
                    name,
                    shard.shardId(),
                    from.add(to).shiftRight(1).add(BigInteger.ONE).toString());
        }
    }

    /** Merges each pair of neighbours. */
    void mergePairs() {
        List<Shard> open = openShards();
        for (int i = 0; i + 1 < open.size(); i += 2) {
            server.mergeShards(name, open.get(i).shardId(), open.get(i + 1).shardId());
        }
    }

    @Override
    public void close() {
        client.deleteStream(delete -> delete.streamARN(arn).enforceConsumerDeletion(true))
                .join();
        client.close();
    }
}
