package io.connectorkit.aws;

import io.connectorkit.failure.DeadLetter;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Dead letters in memory, of one writer. */
public final class Letters implements Sink<DeadLetter>, SinkWriter<DeadLetter> {

    private static final long serialVersionUID = 1L;

    public final transient List<DeadLetter> letters = new ArrayList<>();

    @Override
    public SinkWriter<DeadLetter> createWriter(WriterInitContext context) {
        return this;
    }

    @Override
    public void write(DeadLetter letter, Context context) {
        letters.add(letter);
    }

    @Override
    public void flush(boolean endOfInput) {}

    @Override
    public void close() {}
}
