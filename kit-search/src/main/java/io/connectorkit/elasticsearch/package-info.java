/** Elasticsearch as a destination whose own versioning guards every write. */
@NullMarked
package io.connectorkit.elasticsearch;

import org.jspecify.annotations.NullMarked;
