/** The JDBC sink and lookup beside Flink's official connector and the raw drivers. */
@NullMarked
package io.connectorkit.benchmarks.jdbc;

import org.jspecify.annotations.NullMarked;
