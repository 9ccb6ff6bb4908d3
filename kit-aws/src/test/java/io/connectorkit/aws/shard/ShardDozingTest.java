package io.connectorkit.aws.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShardDozingTest {

    private final FakeShardApi api = new FakeShardApi();

    private ReaderFixture idle(int shards) {
        String[] ids = IntStream.range(0, shards).mapToObj(i -> "s" + i).toArray(String[]::new);
        for (String id : ids) {
            api.shard(id, false);
        }
        ReaderFixture fixture = new ReaderFixture(api).reading(ids);
        fixture.time.advance(120_000);
        return fixture;
    }

    @Test
    void manyIdleShardsTogetherAreAskedFiveTimesASecond() {
        ReaderFixture fixture = idle(100);
        long before = api.calls("get");
        fixture.time.advance(60_000);
        assertThat(api.calls("get") - before).isBetween(250L, 310L);
    }

    @Test
    void fewIdleShardsKeepTheirPace() {
        ReaderFixture fixture = idle(5);
        long before = api.calls("get");
        fixture.time.advance(60_000);
        assertThat(api.calls("get") - before).isBetween(295L, 305L);
    }

    @Test
    void aRecordOfOneShardWakesAll() {
        ReaderFixture fixture = idle(100);
        api.records("s7", 1, 0);
        while (fixture.emitted.isEmpty()) {
            fixture.run(10);
        }
        int calls = (int) api.calls("get");
        fixture.run(1000);
        assertThat(api.calls.stream()
                        .filter(call -> call.startsWith("get"))
                        .skip(calls)
                        .distinct())
                .as("shards asked within a second")
                .hasSizeGreaterThanOrEqualTo(100);
        long second = api.calls("get");
        fixture.run(5000);
        assertThat(api.calls("get") - second).isGreaterThan(400);
    }

    @Test
    void aShardWakesOnceHoweverManyTimersFallDue() {
        ReaderFixture fixture = idle(20);
        api.records("s0", 1, 0);
        while (fixture.emitted.isEmpty()) {
            fixture.run(10);
        }
        fixture.run(20_000);
        long before = api.calls("get");
        fixture.run(5000);
        assertThat(api.calls("get") - before).as("once a second and shard").isBetween(95L, 105L);
    }
}
