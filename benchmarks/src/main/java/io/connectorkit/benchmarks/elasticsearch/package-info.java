/** The Elasticsearch sink beside the raw client, on a real node. */
@NullMarked
package io.connectorkit.benchmarks.elasticsearch;

import org.jspecify.annotations.NullMarked;
