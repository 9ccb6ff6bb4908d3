package io.connectorkit.mongodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;

class MongoEnumeratorTest {

    private final Context context = new Context();

    private static MongoSplit split(int number) {
        return MongoSplit.range(number, "number", new BsonInt32(number), null);
    }

    private static MongoSourceState copy(MongoSourceState state) throws IOException {
        return BsonSerializer.states().deserialize(1, BsonSerializer.states().serialize(state));
    }

    @Test
    void readersThatAskBeforeThereAreSplitsAreServedLater() throws Exception {
        MongoEnumerator enumerator =
                new MongoEnumerator(context, () -> List.of(split(0), split(1)), new MongoSourceState(null));
        enumerator.start();
        context.register(0, 1, 2);
        enumerator.handleSplitRequest(0, null);
        enumerator.handleSplitRequest(1, null);
        assertThat(copy(enumerator.snapshotState(1)).splits()).isNull();
        context.runCalls();
        assertThat(context.log).containsExactly("0 <- ids-0", "1 <- ids-1");
        enumerator.handleSplitRequest(2, null);
        assertThat(context.log).endsWith("2 <- none");
    }

    @Test
    void whatAFailedReaderHadIsHandedOutAgainFirst() throws Exception {
        MongoEnumerator enumerator = new MongoEnumerator(
                context, () -> List.of(), new MongoSourceState(List.of(split(0), split(1), split(2))));
        enumerator.start();
        context.register(0, 1);
        enumerator.handleSplitRequest(0, null);
        enumerator.addSplitsBack(List.of(split(0).after(new BsonInt32(7))), 0);
        assertThat(copy(enumerator.snapshotState(1)).splits())
                .containsExactly(split(0).after(new BsonInt32(7)), split(1), split(2));
        enumerator.handleSplitRequest(1, null);
        assertThat(context.log).containsExactly("0 <- ids-0", "1 <- ids-0");
        context.readers.clear();
        enumerator.handleSplitRequest(1, null);
        assertThat(context.log).as("a reader that is gone gets nothing").hasSize(2);
    }

    @Test
    void aCollectionThatCannotBePartitionedFailsTheJobWithTheReason() {
        MongoEnumerator enumerator = new MongoEnumerator(
                context,
                () -> {
                    throw new IOException("the reason");
                },
                new MongoSourceState(null));
        enumerator.start();
        assertThatThrownBy(context::runCalls).hasMessage("the reason");
    }

    private static final class Context implements SplitEnumeratorContext<MongoSplit> {
        private final List<String> log = new ArrayList<>();
        private final Map<Integer, ReaderInfo> readers = new HashMap<>();
        private final List<Runnable> calls = new ArrayList<>();

        void register(int... subtasks) {
            for (int subtask : subtasks) {
                readers.put(subtask, new ReaderInfo(subtask, "localhost"));
            }
        }

        void runCalls() {
            calls.forEach(Runnable::run);
        }

        @Override
        public SplitEnumeratorMetricGroup metricGroup() {
            throw new UnsupportedOperationException("no metrics here");
        }

        @Override
        public void sendEventToSourceReader(int subtask, org.apache.flink.api.connector.source.SourceEvent event) {}

        @Override
        public int currentParallelism() {
            return readers.size();
        }

        @Override
        public Map<Integer, ReaderInfo> registeredReaders() {
            return readers;
        }

        @Override
        public void assignSplits(SplitsAssignment<MongoSplit> assignment) {
            assignment
                    .assignment()
                    .forEach((subtask, splits) -> splits.forEach(split -> log.add(subtask + " <- " + split.splitId())));
        }

        @Override
        public void signalNoMoreSplits(int subtask) {
            log.add(subtask + " <- none");
        }

        @Override
        public <T> void callAsync(Callable<T> callable, BiConsumer<T, Throwable> handler) {
            calls.add(() -> {
                T result = null;
                Throwable failure = null;
                try {
                    result = callable.call();
                } catch (Exception e) {
                    failure = e;
                }
                handler.accept(result, failure);
            });
        }

        @Override
        public <T> void callAsync(
                Callable<T> callable, BiConsumer<T, Throwable> handler, long initialDelay, long period) {
            throw new UnsupportedOperationException("nothing is repeated");
        }

        @Override
        public void runInCoordinatorThread(Runnable runnable) {
            runnable.run();
        }
    }
}
