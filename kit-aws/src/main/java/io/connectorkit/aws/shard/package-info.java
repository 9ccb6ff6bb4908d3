/** The one source for services that keep records in shards with a lineage. */
@NullMarked
package io.connectorkit.aws.shard;

import org.jspecify.annotations.NullMarked;
