package io.connectorkit.aws.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The service's own limits, for each shard. */
class ShardPaceTest {

    private static final Duration INTERVAL = Duration.ofMillis(200);

    private final FakeShardApi api = new FakeShardApi();

    private ReaderFixture reading(ShardLimits limits) {
        api.limits = limits;
        api.shard("a", false).records("a", 100_000, 0);
        return new ReaderFixture(api).reading("a");
    }

    @Test
    void asksAShardNoMoreOftenThanTheServiceAllows() {
        ReaderFixture fixture = reading(new ShardLimits(1000, INTERVAL, Duration.ZERO, 0, false, true));
        fixture.run(10_000);
        assertThat(api.calls("get a")).isBetween(50L, 52L);
        assertThat(fixture.emitted.size()).isGreaterThanOrEqualTo(50_000);
    }

    @Test
    void pausesAfterALargePageUntilItsBytesAreAllowed() {
        api.bytesPerRecord = 10_000;
        ReaderFixture fixture = reading(new ShardLimits(1000, INTERVAL, Duration.ZERO, 2_000_000, false, true));
        fixture.run(60_000);
        assertThat(fixture.count("bytes")).isBetween(110_000_000L, 130_000_000L);
    }

    @Test
    void asksAServiceThatWaitsAgainAtOnce() {
        api.limits = new ShardLimits(1000, Duration.ZERO, Duration.ZERO, 0, true, true);
        api.shard("a", false).hold("a");
        ReaderFixture fixture = new ReaderFixture(api).reading("a");
        for (int i = 0; i < 5; i++) {
            api.answer("a");
        }
        assertThat(api.calls("get a")).isEqualTo(6);
        assertThat(fixture.emitted).isEmpty();
    }

    @Test
    void anEndThatIsToldExactlyIsNotConfirmed() {
        api.limits = new ShardLimits(1000, Duration.ZERO, Duration.ZERO, 0, false, true);
        api.shard("a", true).records("a", 10, 0);
        ReaderFixture fixture = new ReaderFixture(api).reading("a");
        fixture.pollAll();
        assertThat(fixture.emitted).hasSize(10);
        assertThat(api.calls("get a")).isEqualTo(1);
        assertThat(fixture.ended()).containsExactly("a");
    }
}
