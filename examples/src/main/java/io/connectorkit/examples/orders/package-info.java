/** The example of the README. */
@NullMarked
package io.connectorkit.examples.orders;

import org.jspecify.annotations.NullMarked;
