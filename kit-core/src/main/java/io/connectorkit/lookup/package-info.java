/** The one lookup path: keys are asked for in batches, merged, cached and retried without blocking the task. */
@NullMarked
package io.connectorkit.lookup;

import org.jspecify.annotations.NullMarked;
