package io.connectorkit.aws.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.aws.kinesis.PushService.Push;
import io.connectorkit.aws.shard.ShardFault;
import io.connectorkit.aws.shard.ShardPage;
import io.connectorkit.aws.shard.ShardPosition;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Subscriptions over a real HTTP/2 connection, and all the ways in which they end. */
class FanOutHttp2Test {

    private PushService service;
    private FanOutShardApi api;

    @BeforeEach
    void start() throws Exception {
        service = new PushService();
        api = FanOutShardApi.open(
                KinesisContractTest.OPTIONS.withAws(service.options()).withFanOut(FanOutOptions.of("c")));
    }

    @AfterEach
    void stop() {
        api.close();
        service.close();
    }

    private CompletableFuture<ShardPage<KinesisRecord>> ask(String shard, String iterator) {
        return api.records("s", shard, iterator, 10);
    }

    private String at(ShardPosition position) {
        return api.iterator("s", "shard", position).join();
    }

    private static ShardPage<KinesisRecord> got(CompletableFuture<ShardPage<KinesisRecord>> page) throws Exception {
        return page.get(30, TimeUnit.SECONDS);
    }

    private static List<String> texts(ShardPage<KinesisRecord> page) {
        return page.records().stream()
                .map(record -> record.value().data().asUtf8String())
                .toList();
    }

    private void assertRetryable(CompletableFuture<ShardPage<KinesisRecord>> page) {
        assertThatThrownBy(() -> got(page))
                .isInstanceOf(ExecutionException.class)
                .satisfies(failure -> assertThat(api.fault(failure.getCause())).isEqualTo(ShardFault.RETRYABLE));
    }

    private String readOne() throws Exception {
        CompletableFuture<ShardPage<KinesisRecord>> first = ask("shard", at(ShardPosition.after("10")));
        Push push = service.next();
        assertThat(push.body).contains("AFTER_SEQUENCE_NUMBER").contains("10").contains("arn:c");
        push.accept();
        push.event("11", "one", "19");
        assertThat(texts(got(first))).containsExactly("one");
        return got(first).nextIterator();
    }

    private void goesOnBehind19(String iterator) throws Exception {
        CompletableFuture<ShardPage<KinesisRecord>> page = ask("shard", iterator);
        Push again = service.next();
        assertThat(again.body).contains("AFTER_SEQUENCE_NUMBER").contains("19");
        again.accept();
        again.event("20", "two", "20");
        assertThat(texts(got(page))).containsExactly("two");
    }

    @Test
    void aSubscriptionThatTheServiceEndsIsFollowedByAnother() throws Exception {
        CompletableFuture<ShardPage<KinesisRecord>> first = ask("shard", at(ShardPosition.after("10")));
        Push push = service.next();
        push.accept();
        push.event("11", "one", "19");
        CompletableFuture<ShardPage<KinesisRecord>> second =
                ask("shard", got(first).nextIterator());
        push.end();
        assertThat(got(second).records()).isEmpty();
        goesOnBehind19(got(second).nextIterator());
    }

    @Test
    void aConnectionThatGoesAwayIsReplacedAndNothingIsLostOrRepeated() throws Exception {
        String iterator = readOne();
        CompletableFuture<ShardPage<KinesisRecord>> broken = ask("shard", iterator);
        CompletableFuture<ShardPage<KinesisRecord>> neighbour = ask("other", at(ShardPosition.trimHorizon()));
        Push push = service.next();
        push.accept();
        push.goAway();
        assertRetryable(broken);
        assertRetryable(neighbour);
        goesOnBehind19(iterator);
        assertThat(service.connections()).isGreaterThan(1);
    }

    @Test
    void aStreamThatIsResetIsAFaultOfItsShardAlone() throws Exception {
        readOne();
        CompletableFuture<ShardPage<KinesisRecord>> other = ask("other", at(ShardPosition.trimHorizon()));
        Push neighbour = service.next();
        neighbour.accept();
        CompletableFuture<ShardPage<KinesisRecord>> third = ask("third", at(ShardPosition.trimHorizon()));
        Push reset = service.next();
        reset.accept();
        reset.reset();
        assertRetryable(third);
        neighbour.event("5", "still there", "5");
        assertThat(texts(got(other))).containsExactly("still there");
    }

    @Test
    void aSubscriptionThatIsInUseIsAskedForAgain() throws Exception {
        String iterator = at(ShardPosition.after("19"));
        CompletableFuture<ShardPage<KinesisRecord>> refused = ask("shard", iterator);
        service.next().refuse("ResourceInUseException");
        assertRetryable(refused);
        goesOnBehind19(iterator);
    }

    @Test
    void aMissingPermissionIsFatal() {
        CompletableFuture<ShardPage<KinesisRecord>> refused = ask("shard", at(ShardPosition.trimHorizon()));
        assertThatThrownBy(() -> {
                    service.next().refuse("AccessDeniedException");
                    got(refused);
                })
                .satisfies(failure -> assertThat(api.fault(failure.getCause())).isEqualTo(ShardFault.FATAL));
    }

    @Test
    void theEndOfAShardIsToldWithItsLastRecords() throws Exception {
        CompletableFuture<ShardPage<KinesisRecord>> first = ask("shard", at(ShardPosition.trimHorizon()));
        Push push = service.next();
        push.accept();
        push.event("11", "last", null);
        assertThat(texts(got(first))).containsExactly("last");
        assertThat(got(first).nextIterator()).isNull();
    }

    @Test
    void aShardThatIsNotReadHoldsBackNoOther() throws Exception {
        CompletableFuture<ShardPage<KinesisRecord>> slow = ask("slow", at(ShardPosition.trimHorizon()));
        Push flooded = service.next();
        flooded.accept();
        String megabyte = "x".repeat(1 << 20);
        for (int i = 0; i < 20; i++) {
            flooded.event("" + i, megabyte, "" + i);
        }
        assertThat(got(slow).records()).hasSize(1);
        // The client may have opened two connections at its start: a neighbour on the same one is wanted.
        CompletableFuture<ShardPage<KinesisRecord>> fast;
        Push neighbour;
        String shard;
        int tried = 0;
        do {
            shard = "fast-" + tried;
            fast = ask(shard, at(ShardPosition.trimHorizon()));
            neighbour = service.next();
            neighbour.accept();
        } while (!neighbour.isBeside(flooded) && ++tried < 10);
        assertThat(neighbour.isBeside(flooded)).isTrue();
        for (int i = 0; i < 20; i++) {
            neighbour.event("" + i, megabyte, "" + i);
            ShardPage<KinesisRecord> page = got(fast);
            assertThat(page.records()).hasSize(1);
            fast = ask(shard, page.nextIterator());
        }
    }
}
