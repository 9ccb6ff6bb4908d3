/** The one write path: a keyed, batching, retrying sink over a small destination SPI. */
@NullMarked
package io.connectorkit.sink;

import org.jspecify.annotations.NullMarked;
