package io.connectorkit.aws;

import io.connectorkit.change.Change;
import io.connectorkit.sink.Batch;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A service that appends records to named streams, as {@link AppendDestination} uses it.
 *
 * @param <P> the payload
 */
public interface AppendApi<P> extends AutoCloseable {

    /** The stream that a change goes to. */
    String streamOf(Change<P> change);

    /** Length of the record of a change, key included; never throws. */
    int sizeOf(Change<P> change);

    /** Why a change cannot be appended; null when it can. */
    @Nullable
    String problemWith(Change<P> change);

    /** Sends one request with these changes in their order. */
    CompletableFuture<Reply> put(String stream, List<Change<P>> changes);

    @Override
    void close();

    /**
     * What a service said of each record of a request.
     *
     * @param failed how many it did not take
     * @param code its error code; null for one that it took
     */
    record Reply(int failed, int size, IntFunction<@Nullable String> code, IntFunction<@Nullable String> message) {}

    /** The changes of a batch that go to one stream, by position. */
    record Group<P>(String stream, Batch<P> batch, int[] positions) {
        static <P> Group<P> all(String stream, Batch<P> batch) {
            int[] positions = new int[batch.size()];
            Arrays.setAll(positions, i -> i);
            return new Group<>(stream, batch, positions);
        }

        List<Change<P>> changes() {
            return positions.length == batch.size()
                    ? batch
                    : Arrays.stream(positions).mapToObj(batch::get).toList();
        }

        Group<P> part(int from, int to) {
            return new Group<>(stream, batch, Arrays.copyOfRange(positions, from, to));
        }
    }
}
