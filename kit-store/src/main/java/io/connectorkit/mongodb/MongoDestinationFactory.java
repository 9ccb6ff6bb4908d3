package io.connectorkit.mongodb;

import com.mongodb.ConnectionString;
import com.mongodb.MongoException;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoDatabase;
import io.connectorkit.change.WriteMode;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.DestinationContext;
import io.connectorkit.sink.DestinationFactory;
import io.connectorkit.sink.Ordering;
import io.connectorkit.sink.PayloadCodec;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import org.bson.BsonDocument;

/**
 * Opens a {@link MongoDestination} and proves that its server takes what it will be asked.
 *
 * @param steps whether payloads are update operators instead of whole documents
 */
record MongoDestinationFactory(
        MongoOptions options, MongoDocumentOptions documents, WriteMode mode, boolean steps, Duration requestTimeout)
        implements DestinationFactory<BsonDocument> {

    private static final long serialVersionUID = 1L;

    @Override
    public Destination<BsonDocument> open(DestinationContext context) throws IOException {
        int inFlight = context.tuning().inFlight();
        SharedClient client = SharedClient.of(options, requestTimeout);
        try {
            MongoDatabase database =
                    client.client().getDatabase(options.database()).withWriteConcern(writeConcern());
            MongoServerCheck.of(client.client(), options, documents).run(database);
            MongoWrites writes = new MongoWrites(documents, mode, steps, InstantSource.system());
            return Destination.blocking(
                    new MongoDestination(client, options, writeConcern(), writes),
                    inFlight,
                    "kit-mongodb-" + options.database() + "-" + context.subtask());
        } catch (MongoException e) {
            client.close();
            throw MongoServerCheck.refused(options, e);
        } catch (RuntimeException | IOException e) {
            client.close();
            throw e;
        }
    }

    private WriteConcern writeConcern() {
        WriteConcern given = options.writeConcern();
        if (given == null) {
            given = new ConnectionString(options.uri()).getWriteConcern();
        }
        return given == null ? WriteConcern.MAJORITY : given;
    }

    @Override
    public String name() {
        return options.displayName();
    }

    @Override
    public Ordering ordering() {
        return steps ? Ordering.FIFO : Ordering.COALESCE;
    }

    @Override
    public boolean guarded() {
        return mode != WriteMode.OVERWRITE;
    }

    @Override
    public PayloadCodec<BsonDocument> payloadCodec() {
        return new BsonPayload();
    }
}
