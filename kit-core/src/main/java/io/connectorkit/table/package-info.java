/**
 * What the SQL factories of all connectors share: reading options, rows as changes, one table sink, one table source.
 *
 * <p>A connector's factory reads its DDL through {@link io.connectorkit.table.TableOptions}, looks at the columns through
 * {@link io.connectorkit.table.RowLayout}, translates into the options value that its DataStream API takes too, and
 * returns a {@link io.connectorkit.table.SinkTable} or a {@link io.connectorkit.table.StoreTable}. It holds no logic of
 * its own beyond that. The types here are public for connectors; a user of SQL never sees them.
 */
@NullMarked
package io.connectorkit.table;

import org.jspecify.annotations.NullMarked;
