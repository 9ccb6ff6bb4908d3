package io.connectorkit.examples.demo;

import io.connectorkit.aws.dynamodbstreams.DynamoDbChange;
import io.connectorkit.aws.dynamodbstreams.DynamoDbStreamsOptions;
import io.connectorkit.aws.dynamodbstreams.DynamoDbStreamsSource;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.elasticsearch.ElasticsearchOptions;
import io.connectorkit.elasticsearch.ElasticsearchSink;
import io.connectorkit.jdbc.JdbcConnectionOptions;
import io.connectorkit.jdbc.JdbcLookup;
import io.connectorkit.jdbc.JdbcSink;
import io.connectorkit.jdbc.JdbcTable;
import io.connectorkit.lookup.AsyncLookup;
import io.connectorkit.lookup.LookupOptions;
import io.connectorkit.lookup.LookupSourceFactory;
import io.connectorkit.sink.Changes;
import io.connectorkit.sink.Extractor;
import java.util.function.UnaryOperator;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * The job to copy: every change of a DynamoDB table, enriched from PostgreSQL, into an Elasticsearch index and a
 * PostgreSQL table that both equal the DynamoDB table at every moment of rest, whatever was killed or delivered twice.
 *
 * <p>The version is the change's sequence number in the stream. DynamoDB Local's fit 64 bits. On AWS they have up to 40
 * digits, which PostgreSQL's numeric column holds, but Elasticsearch's external versions do not: there, version the
 * Elasticsearch documents by an attribute that counts up with every write of an item ({@code revision} here).
 */
final class FlightsJob {

    static final String ELASTICSEARCH = "Elasticsearch";
    static final String POSTGRES = "PostgreSQL";

    private static final TypeInformation<FlightChange> CHANGE = TypeInformation.of(FlightChange.class);

    private FlightsJob() {}

    /** Where the job reads and writes. */
    record Endpoints(DynamoDbStreamsOptions stream, ElasticsearchOptions index, JdbcConnectionOptions database) {}

    /**
     * Defines the job.
     *
     * @param guarded whether the stores compare versions; there is no reason to say no outside of this demo
     * @param observed what the demo hangs in behind the source, to count; the identity elsewhere
     */
    static void define(
            StreamExecutionEnvironment environment,
            Endpoints endpoints,
            boolean guarded,
            UnaryOperator<DataStream<FlightChange>> observed) {
        DataStream<FlightChange> changes = environment.fromSource(
                DynamoDbStreamsSource.of(endpoints.stream, new FlightDeserializer()),
                WatermarkStrategy.noWatermarks(),
                "DynamoDB Streams");

        // From here on all changes of a flight take one path, in order.
        DataStream<FlightChange> flights = observed.apply(changes).keyBy(FlightChange::id);

        LookupSourceFactory<ChangeKey, Airport> airports = JdbcLookup.of(
                endpoints.database, FlightDatabase.AIRPORTS, "iata", FlightsJob::airport);
        DataStream<FlightChange> departing = AsyncLookup.orderedWait(
                flights, airports, FlightsJob::origin, FlightChange::from, CHANGE, LookupOptions.defaults());
        DataStream<FlightChange> enriched = AsyncLookup.orderedWait(
                departing, airports, FlightsJob::destination, FlightChange::to, CHANGE, LookupOptions.defaults());

        enriched.sinkTo(ElasticsearchSink.of(changes(FlightIndex::document, guarded), endpoints.index)).name(ELASTICSEARCH);
        enriched.sinkTo(JdbcSink.of(
                        changes(change -> FlightDatabase.values(change, guarded), guarded),
                        endpoints.database,
                        table(guarded)))
                .name(POSTGRES);
    }

    /** The guard is one line: the version of each change. */
    private static <P> Changes<FlightChange, P> changes(Extractor<FlightChange, P> payload, boolean guarded) {
        Changes<FlightChange, P> changes =
                Changes.of(FlightChange::key, payload).withDeletes(FlightChange::deleted);
        return guarded ? changes.withVersion(FlightChange::version) : changes;
    }

    /** Deletes stay behind as tombstones, so that an older change cannot bring a flight back. */
    private static JdbcTable table(boolean guarded) {
        JdbcTable table = JdbcTable.of(FlightDatabase.FLIGHTS, FlightDatabase.KEY)
                .withValues(FlightDatabase.columns(guarded).toArray(String[]::new));
        return guarded
                ? table.withVersion(FlightDatabase.VERSION).withTombstones(FlightDatabase.DELETED_AT)
                : table;
    }

    private static @Nullable ChangeKey origin(FlightChange change) {
        return change.flight() == null ? null : ChangeKey.of(change.flight().origin());
    }

    private static @Nullable ChangeKey destination(FlightChange change) {
        return change.flight() == null ? null : ChangeKey.of(change.flight().destination());
    }
}
