/** What a record costs as keys, shards, requests in flight and records grow. */
@NullMarked
package io.connectorkit.benchmarks.growth;

import org.jspecify.annotations.NullMarked;
