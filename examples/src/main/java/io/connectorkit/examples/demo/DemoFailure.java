package io.connectorkit.examples.demo;

import org.jspecify.annotations.Nullable;

/** The run cannot go on; the message says why in a line. */
final class DemoFailure extends Exception {

    private static final long serialVersionUID = 1L;

    DemoFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
