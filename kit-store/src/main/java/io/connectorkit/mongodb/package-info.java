/** MongoDB collections as version-guarded destinations, lookup tables and bounded sources. */
@NullMarked
package io.connectorkit.mongodb;

import org.jspecify.annotations.NullMarked;
