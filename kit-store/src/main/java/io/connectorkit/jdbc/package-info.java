/** JDBC databases as version-guarded destinations and lookup tables. */
@NullMarked
package io.connectorkit.jdbc;

import org.jspecify.annotations.NullMarked;
