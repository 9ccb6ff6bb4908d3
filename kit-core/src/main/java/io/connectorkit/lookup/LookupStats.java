package io.connectorkit.lookup;

import java.util.concurrent.atomic.LongAdder;

/** Counters of one lookup engine; any thread. */
final class LookupStats {

    /** Lookups answered by the cache. */
    final LongAdder hits = new LongAdder();

    /** Lookups that the cache could not answer: each starts or joins a request. */
    final LongAdder misses = new LongAdder();

    /** The part of {@link #misses} that joined a key already asked for. */
    final LongAdder merged = new LongAdder();

    /** Keys sent, once for each attempt. */
    final LongAdder requests = new LongAdder();

    /** Requests sent. */
    final LongAdder batches = new LongAdder();

    /** Keys that are tried again. */
    final LongAdder retries = new LongAdder();

    /** Keys given up: rejected, fatal, out of attempts or out of time. */
    final LongAdder failures = new LongAdder();

    /** Keys the source has no row for. */
    final LongAdder absent = new LongAdder();
}
