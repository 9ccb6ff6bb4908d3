package io.connectorkit.table;

import io.connectorkit.failure.DeadLetter;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.flink.api.common.serialization.Encoder;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonFactory;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonGenerator;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;

/** Dead letters of SQL sinks: one JSON object a line, in files that are finished with each checkpoint, exactly once. */
final class DeadLetterFiles {

    private static final JsonFactory JSON = new JsonFactory().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

    private DeadLetterFiles() {}

    static Sink<DeadLetter> sink(String folder) {
        Encoder<DeadLetter> line = DeadLetterFiles::write;
        return FileSink.forRowFormat(new Path(folder), line)
                .withRollingPolicy(OnCheckpointRollingPolicy.build())
                .build();
    }

    /** The payload stands in base64, since it may be anything. */
    private static void write(DeadLetter letter, OutputStream out) throws IOException {
        JsonGenerator json = JSON.createGenerator(out);
        json.writeStartObject();
        json.writeStringField("destination", letter.destination());
        json.writeStringField("operation", letter.operation().name());
        json.writeStringField("key", letter.key());
        json.writeStringField("version", letter.version());
        json.writeBinaryField("payload", letter.payload());
        json.writeStringField("causeClass", letter.causeClass());
        json.writeStringField("message", letter.message());
        json.writeNumberField("attempts", letter.attempts());
        json.writeNumberField("timeMillis", letter.timeMillis());
        json.writeEndObject();
        json.flush();
        out.write('\n');
    }
}
