/** Keyed stream operators that go between any stream and any sink. */
@NullMarked
package io.connectorkit.operator;

import org.jspecify.annotations.NullMarked;
