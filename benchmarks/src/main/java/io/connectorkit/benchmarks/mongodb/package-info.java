/** The MongoDB connector beside the driver alone. */
@NullMarked
package io.connectorkit.benchmarks.mongodb;

import org.jspecify.annotations.NullMarked;
