package io.connectorkit.aws.kinesis;

/** Who registers the consumer of an enhanced fan-out, and who removes it. */
public enum FanOutLifecycle {
    /** The job: it registers the consumer, or takes over one of its name that was left behind, and removes it at its end. */
    JOB_MANAGED,
    /** Somebody else: the consumer must be there, and stays. */
    SELF_MANAGED
}
