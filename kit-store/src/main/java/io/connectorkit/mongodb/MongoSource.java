package io.connectorkit.mongodb;

import java.util.Objects;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Reads the documents of a collection once, in ranges of {@code _id} side by side, and ends.
 *
 * <p>Exactly once: a checkpoint holds the last id emitted of each range, and reading goes on behind it, after a restart
 * as after a lost connection or cursor. A document written or deleted while the collection is read may be seen or not;
 * none is seen twice unless its id changes. Tombstones are left out.
 *
 * @param <T> what the mapper makes of a document
 */
public final class MongoSource<T> implements Source<T, MongoSplit, MongoSourceState>, ResultTypeQueryable<T> {

    private static final long serialVersionUID = 1L;

    private final MongoOptions options;
    private final MongoDocumentOptions documents;
    private final MongoSourceOptions source;
    private final MongoDocumentMapper<T> mapper;
    private final TypeInformation<T> type;

    private MongoSource(
            MongoOptions options,
            MongoDocumentOptions documents,
            MongoSourceOptions source,
            MongoDocumentMapper<T> mapper,
            TypeInformation<T> type) {
        this.options = Objects.requireNonNull(options, "options");
        this.documents = Objects.requireNonNull(documents, "documents");
        this.source = Objects.requireNonNull(source, "source");
        this.mapper = Objects.requireNonNull(mapper, "mapper");
        this.type = Objects.requireNonNull(type, "type");
        options.requiredCollection("source");
    }

    /** The documents of the collection that {@code source} asks for, as {@code mapper} reads them. */
    public static <T> MongoSource<T> of(
            MongoOptions options,
            MongoDocumentOptions documents,
            MongoSourceOptions source,
            MongoDocumentMapper<T> mapper,
            TypeInformation<T> type) {
        return new MongoSource<>(options, documents, source, mapper, type);
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.BOUNDED;
    }

    @Override
    public SourceReader<T, MongoSplit> createReader(SourceReaderContext context) {
        MongoRead read = new MongoRead(options, documents, source);
        return new MongoReader<>(context, new MongoPages<>(read, mapper));
    }

    @Override
    public SplitEnumerator<MongoSplit, MongoSourceState> createEnumerator(SplitEnumeratorContext<MongoSplit> context) {
        return restoreEnumerator(context, new MongoSourceState(null));
    }

    @Override
    public SplitEnumerator<MongoSplit, MongoSourceState> restoreEnumerator(
            SplitEnumeratorContext<MongoSplit> context, MongoSourceState state) {
        MongoRead read = new MongoRead(options, documents, source);
        return new MongoEnumerator(context, () -> MongoPartitions.of(read), state);
    }

    @Override
    public SimpleVersionedSerializer<MongoSplit> getSplitSerializer() {
        return BsonSerializer.splits();
    }

    @Override
    public SimpleVersionedSerializer<MongoSourceState> getEnumeratorCheckpointSerializer() {
        return BsonSerializer.states();
    }

    @Override
    public TypeInformation<T> getProducedType() {
        return type;
    }
}
