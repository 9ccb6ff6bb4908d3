package io.connectorkit.table;

import static org.apache.flink.table.connector.source.lookup.LookupOptions.CACHE_TYPE;
import static org.apache.flink.table.connector.source.lookup.LookupOptions.FULL_CACHE_RELOAD_STRATEGY;
import static org.apache.flink.table.connector.source.lookup.LookupOptions.MAX_RETRIES;
import static org.apache.flink.table.connector.source.lookup.LookupOptions.PARTIAL_CACHE_CACHE_MISSING_KEY;
import static org.apache.flink.table.connector.source.lookup.LookupOptions.PARTIAL_CACHE_EXPIRE_AFTER_WRITE;
import static org.apache.flink.table.connector.source.lookup.LookupOptions.PARTIAL_CACHE_MAX_ROWS;

import io.connectorkit.failure.RetryPolicy;
import io.connectorkit.lookup.LookupOptions;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.table.connector.source.lookup.LookupOptions.LookupCacheType;

/** The options that every SQL lookup has: Flink's own names for the caches, the kit's for batches and retries. */
public final class LookupTableKeys {

    private static final ConfigOption<Integer> BATCH_ENTRIES = ConfigOptions.key("lookup.batch.max-entries")
            .intType()
            .noDefaultValue()
            .withDescription("Most keys in a request.");
    private static final ConfigOption<Duration> LINGER = ConfigOptions.key("lookup.batch.linger")
            .durationType()
            .noDefaultValue()
            .withDescription("Longest time a key waits for its batch to fill while another request is in flight.");
    private static final ConfigOption<Integer> IN_FLIGHT = ConfigOptions.key("lookup.in-flight")
            .intType()
            .noDefaultValue()
            .withDescription("Most requests at a time, for each subtask.");
    private static final ConfigOption<Duration> MISS_TTL = ConfigOptions.key("lookup.cache.miss-ttl")
            .durationType()
            .noDefaultValue()
            .withDescription("Longest time a key without a row is remembered.");
    private static final ConfigOption<Duration> REQUEST_TIMEOUT = ConfigOptions.key("lookup.request-timeout")
            .durationType()
            .noDefaultValue()
            .withDescription("Longest time of a request.");
    private static final ConfigOption<Duration> TIMEOUT = ConfigOptions.key("lookup.timeout")
            .durationType()
            .noDefaultValue()
            .withDescription("Longest time of a key with all its attempts.");

    private LookupTableKeys() {}

    /**
     * For {@code optionalOptions()}. A store that can hold the whole table adds {@code lookup.full-cache.reload-strategy}; any
     * other refuses {@code lookup.cache = FULL}.
     */
    public static Set<ConfigOption<?>> all() {
        return new LinkedHashSet<>(List.of(
                CACHE_TYPE,
                PARTIAL_CACHE_MAX_ROWS,
                PARTIAL_CACHE_EXPIRE_AFTER_WRITE,
                PARTIAL_CACHE_CACHE_MISSING_KEY,
                MISS_TTL,
                MAX_RETRIES,
                BATCH_ENTRIES,
                LINGER,
                IN_FLIGHT,
                REQUEST_TIMEOUT,
                TIMEOUT));
    }

    /** What was set over the defaults. As in Flink nothing is cached unless {@code lookup.cache} says so. */
    public static LookupOptions read(TableOptions table) {
        LookupOptions defaults = LookupOptions.defaults();
        if (table.get(CACHE_TYPE) == LookupCacheType.FULL && !table.declares(FULL_CACHE_RELOAD_STRATEGY)) {
            throw new IllegalArgumentException("lookup.cache must be NONE or PARTIAL, got FULL");
        }
        boolean cached = table.get(CACHE_TYPE) == LookupCacheType.PARTIAL;
        if (!cached) {
            for (ConfigOption<?> option : List.of(
                    PARTIAL_CACHE_MAX_ROWS,
                    PARTIAL_CACHE_EXPIRE_AFTER_WRITE,
                    PARTIAL_CACHE_CACHE_MISSING_KEY,
                    MISS_TTL)) {
                if (table.find(option).isPresent()) {
                    throw new IllegalArgumentException(
                            option.key() + " must be set with lookup.cache = PARTIAL only, got " + table.get(CACHE_TYPE)
                                    + "; set lookup.cache or leave it out");
                }
            }
        }
        long rows = cached ? table.find(PARTIAL_CACHE_MAX_ROWS).orElse((long) defaults.cacheEntries()) : 0;
        if (rows < 0 || rows > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    PARTIAL_CACHE_MAX_ROWS.key() + " must be between 0 and " + Integer.MAX_VALUE + ", got " + rows);
        }
        Duration hitTtl = table.find(PARTIAL_CACHE_EXPIRE_AFTER_WRITE).orElse(defaults.hitTtl());
        Duration missTtl =
                table.find(MISS_TTL).orElse(hitTtl.compareTo(defaults.missTtl()) < 0 ? hitTtl : defaults.missTtl());
        RetryPolicy retry = table.find(MAX_RETRIES)
                .map(retries -> defaults.retry().withMaxAttempts(retries + 1))
                .orElse(defaults.retry());
        return new LookupOptions(
                (int) rows,
                hitTtl,
                table.get(PARTIAL_CACHE_CACHE_MISSING_KEY) ? missTtl : Duration.ZERO,
                table.find(BATCH_ENTRIES).orElse(defaults.batchEntries()),
                table.find(IN_FLIGHT).orElse(defaults.inFlight()),
                table.find(LINGER).orElse(defaults.linger()),
                retry,
                table.find(REQUEST_TIMEOUT).orElse(defaults.requestTimeout()),
                table.find(TIMEOUT).orElse(defaults.timeout()));
    }
}
