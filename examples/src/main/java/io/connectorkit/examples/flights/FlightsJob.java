package io.connectorkit.examples.flights;

import io.connectorkit.aws.dynamodbstreams.DynamoDbChangeDeserializer;
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

/**
 * The job to copy: every change of a DynamoDB table, enriched from PostgreSQL, into an Elasticsearch index and a
 * PostgreSQL table. At rest both equal the DynamoDB table, whatever was killed or delivered twice on the way.
 *
 * <p>The version is the change's sequence number in the stream. DynamoDB Local's fit 64 bits. On AWS they have up to 40
 * digits, which PostgreSQL's numeric column holds, but Elasticsearch's external versions do not: there, version the
 * documents by an attribute that counts up with every write of an item, as {@code revision} does here.
 */
public final class FlightsJob {

    /** Name of the sink into the Elasticsearch index {@link #FLIGHTS}. */
    public static final String ELASTICSEARCH = "Elasticsearch";

    /** Name of the sink into the PostgreSQL table {@link #FLIGHTS}. */
    public static final String POSTGRES = "PostgreSQL";

    /** The DynamoDB table, the Elasticsearch index and the PostgreSQL table. */
    public static final String FLIGHTS = "flights";

    private static final TypeInformation<FlightChange> CHANGE = TypeInformation.of(FlightChange.class);

    private FlightsJob() {}

    /** Where the job reads and writes. */
    public record Endpoints(
            DynamoDbStreamsOptions stream, ElasticsearchOptions index, JdbcConnectionOptions database) {}

    /**
     * Defines the job.
     *
     * @param guarded whether the stores compare versions: false only to show what then goes wrong
     * @param observed what a test hangs in behind the source; {@link UnaryOperator#identity} in a real job
     */
    public static void define(
            StreamExecutionEnvironment environment,
            Endpoints endpoints,
            boolean guarded,
            UnaryOperator<DataStream<FlightChange>> observed) {
        DataStream<FlightChange> changes = environment.fromSource(
                DynamoDbStreamsSource.of(endpoints.stream, DynamoDbChangeDeserializer.of(CHANGE, FlightChange::of)),
                WatermarkStrategy.noWatermarks(),
                "DynamoDB Streams");

        // From here on all changes of a flight take one path, in order.
        DataStream<FlightChange> flights = observed.apply(changes).keyBy(FlightChange::id);

        LookupSourceFactory<ChangeKey, Airport> airports = JdbcLookup.of(
                endpoints.database,
                JdbcTable.of("airports", "iata").withValues("name", "city"),
                row -> new Airport(row.getString("iata"), row.getString("name"), row.getString("city")));
        DataStream<FlightChange> departures = AsyncLookup.orderedWait(
                flights, airports, FlightChange::origin, FlightChange::from, CHANGE, LookupOptions.defaults());
        DataStream<FlightChange> enriched = AsyncLookup.orderedWait(
                departures, airports, FlightChange::destination, FlightChange::to, CHANGE, LookupOptions.defaults());

        enriched.sinkTo(ElasticsearchSink.of(changes(FlightChange::document, guarded), endpoints.index))
                .name(ELASTICSEARCH);
        enriched.sinkTo(JdbcSink.of(changes(FlightChange::row, guarded), endpoints.database, table(guarded)))
                .name(POSTGRES);
    }

    /** The guard is one call: the version of each change. */
    private static <P> Changes<FlightChange, P> changes(Extractor<FlightChange, P> payload, boolean guarded) {
        Changes<FlightChange, P> changes =
                Changes.of(FlightChange::key, payload).withDeletes(FlightChange::deleted);
        return guarded ? changes.withVersion(FlightChange::version) : changes;
    }

    /** Deletes leave tombstones, so that an older change cannot bring a flight back. */
    private static JdbcTable table(boolean guarded) {
        JdbcTable table = JdbcTable.of(FLIGHTS, "flight").withValues(FlightChange.COLUMNS.toArray(String[]::new));
        return guarded ? table.withVersion("version").withTombstones("deleted_at") : table;
    }
}
