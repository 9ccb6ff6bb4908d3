package io.connectorkit.jdbc;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.lookup.LookupException;
import io.connectorkit.lookup.LookupSource;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A whole table in memory, read again on a schedule; a reload that fails leaves what is there. */
final class FullCacheSource<V> implements LookupSource<ChangeKey, V> {

    private static final Logger LOG = LoggerFactory.getLogger(FullCacheSource.class);

    private final JdbcLookupSource<?, V> table;
    private final JdbcReload schedule;
    private final ScheduledExecutorService reloads;
    private volatile Map<ChangeKey, V> rows;
    private volatile long loadedNanos;

    private FullCacheSource(JdbcLookupSource<?, V> table, Map<ChangeKey, V> rows, JdbcReload schedule, String thread) {
        this.table = table;
        this.schedule = schedule;
        this.rows = rows;
        this.loadedNanos = System.nanoTime();
        this.reloads = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread reloader = new Thread(task, thread + "-reload");
            reloader.setDaemon(true);
            return reloader;
        });
    }

    /** Reads the table once before it returns. */
    static <V> FullCacheSource<V> open(
            JdbcLookupSource<?, V> table, JdbcReload schedule, String thread, MetricGroup metrics)
            throws LookupException {
        FullCacheSource<V> source = new FullCacheSource<>(table, table.all(), schedule, thread);
        metrics.gauge("reloadAgeMillis", (Gauge<Long>) source::ageMillis);
        metrics.gauge("fullCacheRows", (Gauge<Integer>) () -> source.rows.size());
        source.plan(schedule.first(ZonedDateTime.now(ZoneId.systemDefault())));
        return source;
    }

    private void plan(ZonedDateTime due) {
        long millis = Duration.between(Instant.now(), due).toMillis();
        // A reload tells of its own failures.
        ScheduledFuture<?> unused =
                reloads.schedule(() -> reloadAndPlan(due), Math.max(1, millis), TimeUnit.MILLISECONDS);
    }

    private void reloadAndPlan(ZonedDateTime due) {
        reload();
        if (!reloads.isShutdown()) {
            plan(schedule.next(due, ZonedDateTime.now(ZoneId.systemDefault())));
        }
    }

    private long ageMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - loadedNanos);
    }

    private void reload() {
        try {
            rows = table.all();
            loadedNanos = System.nanoTime();
        } catch (LookupException | RuntimeException e) {
            LOG.warn("Reading the whole table again failed; its rows of {} ms ago stay", ageMillis(), e);
        }
    }

    @Override
    public CompletionStage<Map<ChangeKey, V>> fetch(List<ChangeKey> distinctKeys) {
        Map<ChangeKey, V> all = rows;
        Map<ChangeKey, V> found = new HashMap<>();
        for (ChangeKey key : distinctKeys) {
            V row = all.get(key);
            if (row != null) {
                found.put(key, row);
            }
        }
        return CompletableFuture.completedFuture(found);
    }

    @Override
    public void close() {
        reloads.shutdownNow();
        table.close();
    }
}
