package io.connectorkit.failure;

/** What a failure says about trying again. */
public enum FailureKind {
    /** Likely to pass: connection reset, timeout, 5xx, deadlock. Tried again with back-off. */
    RETRYABLE,
    /** The service asks for less load. Tried again with back-off, and fewer requests are kept in flight. */
    THROTTLED,
    /** This record will never be accepted: too large, malformed, violates a constraint. Never tried again. */
    REJECTED,
    /** No record will be accepted: wrong credentials, missing table. Fails the job at once. */
    FATAL
}
