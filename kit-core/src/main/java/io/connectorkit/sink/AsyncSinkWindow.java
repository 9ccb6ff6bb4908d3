package io.connectorkit.sink;

import java.util.ArrayDeque;
import java.util.function.LongSupplier;
import org.apache.flink.connector.base.sink.writer.strategy.RateLimitingStrategy;
import org.apache.flink.connector.base.sink.writer.strategy.RequestInfo;
import org.apache.flink.connector.base.sink.writer.strategy.ResultInfo;

/**
 * A {@link Window} behind Flink's rate limiting.
 *
 * <p>A result does not say which request it belongs to: the oldest in flight is taken for it, which is right often
 * enough to tell requests of before and after a change of the window, and makes no difference to the sum of latencies.
 */
final class AsyncSinkWindow implements RateLimitingStrategy {

    private final Window window;
    private final LongSupplier clockMillis;
    private final ArrayDeque<Sent> requests = new ArrayDeque<>();
    private boolean waiting;

    AsyncSinkWindow(SinkTuning tuning, LongSupplier clockMillis) {
        this.window = Window.of(tuning);
        this.clockMillis = clockMillis;
    }

    private record Sent(long number, long millis) {}

    @Override
    public void registerInFlightRequest(RequestInfo request) {
        requests.addLast(new Sent(window.sent(), clockMillis.getAsLong()));
        waiting = false;
    }

    @Override
    public void registerCompletedRequest(ResultInfo result) {
        Sent request = requests.pollFirst();
        if (request == null) {
            return;
        }
        long nowMillis = clockMillis.getAsLong();
        int failed = result.getFailedMessages();
        if (failed * 2L >= result.getBatchSize() && failed > 0) {
            window.throttled(request.number, nowMillis);
        } else {
            window.succeeded();
        }
        window.answered(request.number, result.getBatchSize() - failed, nowMillis - request.millis, waiting, nowMillis);
    }

    @Override
    public boolean shouldBlock(RequestInfo request) {
        boolean blocks = requests.size() >= window.limit();
        waiting |= blocks;
        return blocks;
    }

    @Override
    public int getMaxBatchSize() {
        return window.batchEntries();
    }
}
