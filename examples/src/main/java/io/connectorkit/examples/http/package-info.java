/** A destination that the kit does not have, in one file: see docs/write-your-own-sink.md. */
@NullMarked
package io.connectorkit.examples.http;

import org.jspecify.annotations.NullMarked;
