/** What can go wrong with a change, and how often it is tried again. */
@NullMarked
package io.connectorkit.failure;

import org.jspecify.annotations.NullMarked;
