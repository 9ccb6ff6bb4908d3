/** Looks at a class path before Flink does: which table factories are there, and which clash. */
@NullMarked
package io.connectorkit.doctor;

import org.jspecify.annotations.NullMarked;
