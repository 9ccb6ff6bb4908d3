package io.connectorkit.examples.demo;

import io.connectorkit.aws.dynamodbstreams.DynamoDbStreamsOptions;
import io.connectorkit.aws.dynamodbstreams.RequiredImages;
import io.connectorkit.aws.shard.StartPosition;
import io.connectorkit.elasticsearch.ElasticsearchOptions;
import io.connectorkit.examples.demo.Report.Store;
import io.connectorkit.examples.demo.TrafficPlan.Step;
import io.connectorkit.examples.flights.Airport;
import io.connectorkit.examples.flights.Flight;
import io.connectorkit.examples.flights.FlightChange;
import io.connectorkit.examples.flights.FlightsJob;
import io.connectorkit.examples.flights.FlightsJob.Endpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** One run: servers, job, traffic, kills, and the comparison at the end. */
final class DemoRun {

    /** Failures beyond the kills (each may count twice) after which the job, and with it the demo, gives up. */
    private static final int UNPLANNED_RESTARTS = 3;

    /** Writes a second while a kill waits for its checkpoint. */
    private static final int TRICKLE = 20;

    private final DemoOptions options;
    private final Progress progress;
    private final Resources resources;
    private final String run = "run-" + System.nanoTime();
    private final AtomicLong firstAcknowledgedNanos = new AtomicLong();

    DemoRun(DemoOptions options, Progress progress, Resources resources) {
        this.options = options;
        this.progress = progress;
        this.resources = resources;
    }

    Report run() throws Exception {
        progress.line("Starting the servers");
        Path folder = resources.add(new Folder()).path;
        Servers servers = Servers.start(options.ports(), resources, progress);
        FlightTable table = new FlightTable(resources.add(servers.dynamoDb().client()));
        FlightIndex index =
                resources.add(new FlightIndex(servers.elasticsearch().url()));
        FlightDatabase database = resources.add(
                new FlightDatabase(servers.postgres().url(), servers.postgres().user()));
        Map<String, Airport> airports = Dataset.airports();
        table.create();
        index.create();
        database.create(airports.values());

        TrafficPlan plan = TrafficPlan.of(Dataset.flights(options.rows()), options.seed());
        RunCounters counters = resources.add(RunCounters.open(run));
        Cluster cluster = resources.add(Cluster.start(
                options.ports().web(), options.parallelism(), 2 * options.kills() + UNPLANNED_RESTARTS, folder));
        progress.line("  %-16s %s", "Flink's web page", cluster.webPage());
        JobID job = submit(cluster, servers);
        SinkCounts counts = new SinkCounts(job);

        List<FlightStore> stores = List.of(index, database);
        List<Freshness> freshness = stores.stream().map(Freshness::new).toList();
        Kills kills = new Kills(cluster, counters, counts::slowest, options.kills(), plan.size());
        Traffic traffic = new Traffic(
                table,
                plan,
                new Pacer(options.rate(), TRICKLE, kills::overdue),
                steps -> acknowledged(steps, counters, freshness),
                servers.dynamoDb()::rolloverShards);
        announce(plan);
        long endNanos;
        try (kills;
                traffic;
                var first = freshness.get(0);
                var second = freshness.get(1)) {
            first.start();
            second.start();
            traffic.start();
            kills.start();
            Supervision supervision =
                    new Supervision(cluster, job, counters, counts, traffic, kills, plan.size(), progress);
            supervision.awaitAllRead();
            supervision.stop();
            endNanos = System.nanoTime();
        }
        progress.line("Comparing both stores with the table, row by row");
        Map<String, FlightRow> expected = expected(table, plan, airports, counters);
        double seconds = (endNanos - firstAcknowledgedNanos.get()) / (double) TimeUnit.SECONDS.toNanos(1);
        return new Report(
                options,
                expected.size(),
                plan.size(),
                seconds,
                kills.done(),
                counters.restarts(),
                counters.position(),
                counters.replayed(),
                counters.redeliveredOlder(),
                List.of(
                        store(index, FlightsJob.ELASTICSEARCH, counts, freshness.get(0), expected),
                        store(database, FlightsJob.POSTGRES, counts, freshness.get(1), expected)));
    }

    private JobID submit(Cluster cluster, Servers servers) throws Exception {
        StreamExecutionEnvironment environment = cluster.environment(options.parallelism());
        Endpoints endpoints = new Endpoints(
                DynamoDbStreamsOptions.ofTable(
                                FlightsJob.FLIGHTS, servers.dynamoDb().options())
                        .withRequiredImages(RequiredImages.NEW)
                        .withStart(StartPosition.TRIM_HORIZON),
                ElasticsearchOptions.of(servers.elasticsearch().url(), FlightsJob.FLIGHTS),
                servers.postgres().options());
        FlightsJob.define(environment, endpoints, options.guard(), this::observe);
        return cluster.submit(environment, "flights");
    }

    /** What the demo hangs in behind the source: it counts, and delivers older changes again when asked to. */
    private DataStream<FlightChange> observe(DataStream<FlightChange> changes) {
        DataStream<FlightChange> counted = changes.map(new Watch(run)).name("Count");
        return options.redeliver()
                ? counted.keyBy(FlightChange::id)
                        .process(new Redelivery(run, options.seed()))
                        .name("Deliver older changes again")
                : counted;
    }

    private void announce(TrafficPlan plan) {
        StringBuilder kinds = new StringBuilder();
        plan.counts().forEach((kind, count) -> kinds.append(kinds.length() == 0 ? "" : ", ")
                .append(String.format(Locale.ROOT, "%,d %s", count, kind.name().toLowerCase(Locale.ROOT))));
        progress.line("Writing %,d changes of %,d flights: %s", plan.size(), options.rows(), kinds);
        progress.line(
                "Version guard %s, older changes %s, %d kills on the way",
                options.guard() ? "on" : "OFF",
                options.redeliver() ? "delivered again after newer ones" : "delivered again only by restarts",
                options.kills());
    }

    private void acknowledged(List<Step> steps, RunCounters counters, List<Freshness> freshness) {
        firstAcknowledgedNanos.compareAndSet(0, System.nanoTime());
        counters.acknowledged(steps.size());
        for (Step step : steps) {
            freshness.forEach(each -> each.acknowledged(step));
        }
    }

    /** The rows that both stores must hold: the table as it is, joined with the airports. */
    private static Map<String, FlightRow> expected(
            FlightTable table, TrafficPlan plan, Map<String, Airport> airports, RunCounters counters)
            throws DemoFailure {
        Map<String, Flight> items = table.scan();
        if (!items.equals(plan.finalTable())) {
            throw new DemoFailure("the DynamoDB table does not hold what was written into it", null);
        }
        Map<String, FlightRow> rows = new TreeMap<>();
        items.forEach((id, flight) -> rows.put(
                id,
                FlightRow.of(
                        flight,
                        airports.get(flight.origin()),
                        airports.get(flight.destination()),
                        counters.versionOf(id))));
        return rows;
    }

    private static Store store(
            FlightStore store, String sink, SinkCounts counts, Freshness freshness, Map<String, FlightRow> expected)
            throws Exception {
        return new Store(
                Comparison.of(store.name(), expected, store.rows()),
                counts.written(sink),
                counts.stale(sink),
                freshness.percentileMillis(0.50),
                freshness.percentileMillis(0.99),
                freshness.samples());
    }

    /** A folder for checkpoints, deleted at the end. */
    private static final class Folder implements AutoCloseable {
        private final Path path = Files.createTempDirectory("connector-kit-demo-");

        Folder() throws IOException {}

        @Override
        public void close() throws IOException {
            try (Stream<Path> files = Files.walk(path)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }
}
