package io.connectorkit.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import io.connectorkit.tck.SimulatedStore;
import io.connectorkit.tck.SinkHarness;
import io.connectorkit.tck.VirtualTask;
import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.Test;

/** What a checkpoint waits for, and what is said when it does not. */
class FlushOnCheckpointTest {

    private static final Changes<Long, Long> CHANGES =
            Changes.<Long, Long>of(number -> ChangeKey.of(number), n -> n).withVersion(number -> ChangeVersion.of(1));

    private final VirtualTask task = new VirtualTask();
    private final SimulatedStore<Long> store =
            new SimulatedStore<>(task, 1, Ordering.COALESCE, true, 5, 5, new SimulatedStore.Script<>() {});

    private SinkHarness<Long> open(SinkOptions options) throws Exception {
        return SinkHarness.open(BatchSink.of(CHANGES, store, options), task);
    }

    @Test
    void aCheckpointWaitsUnlessItIsToldNotToAndTheEndOfInputAlwaysDoes() throws Exception {
        try (SinkHarness<Long> sink = open(SinkOptions.defaults().withoutFlushOnCheckpoint())) {
            sink.write(1L);
            sink.flush();
            assertThat(store.contents()).as("a checkpoint that does not wait").isEmpty();
            sink.finish();
            assertThat(store.contents()).hasSize(1);
        }
        try (SinkHarness<Long> sink = open(SinkOptions.defaults())) {
            sink.write(2L);
            sink.flush();
            assertThat(store.contents()).hasSize(2);
        }
    }

    @Test
    void warnsOnceOfWhatIsLost() throws Exception {
        List<String> warnings = new ArrayList<>();
        AbstractAppender appender = new AbstractAppender("warnings", null, null, true, Property.EMPTY_ARRAY) {
            @Override
            public void append(LogEvent event) {
                if (event.getLevel() == Level.WARN) {
                    warnings.add(event.getMessage().getFormattedMessage());
                }
            }
        };
        appender.start();
        Logger logger = (Logger) LogManager.getLogger(BatchSink.class);
        logger.addAppender(appender);
        try {
            open(SinkOptions.defaults()).close();
            assertThat(warnings).isEmpty();
            try (SinkHarness<Long> sink = open(SinkOptions.defaults().withoutFlushOnCheckpoint())) {
                sink.write(1L);
                sink.flush();
                sink.flush();
            }
            assertThat(warnings)
                    .containsExactly("simulated store: sink.flush-on-checkpoint is off; what is buffered or in flight"
                            + " when the job fails is lost, up to 10000 changes for each subtask");
        } finally {
            logger.removeAppender(appender);
        }
    }
}
