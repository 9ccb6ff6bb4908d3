/** The words every connector speaks: a change, its key and its version. */
@NullMarked
package io.connectorkit.change;

import org.jspecify.annotations.NullMarked;
