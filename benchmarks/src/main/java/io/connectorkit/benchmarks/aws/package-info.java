/** The AWS sinks beside the bare SDK, on emulators and on a simulated service whose ceiling is known. */
@NullMarked
package io.connectorkit.benchmarks.aws;

import org.jspecify.annotations.NullMarked;
