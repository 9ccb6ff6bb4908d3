/** The Kinesis source beside a reader that polls one shard after another. */
@NullMarked
package io.connectorkit.benchmarks.kinesis;

import org.jspecify.annotations.NullMarked;
