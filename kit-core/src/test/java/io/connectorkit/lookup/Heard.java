package io.connectorkit.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;

/** A waiter that remembers what it was told. */
final class Heard implements LookupEngine.Waiter<String> {

    private volatile int calls;
    private volatile @Nullable String value;
    private volatile @Nullable LookupException failure;

    @Override
    public synchronized void found(@Nullable String value) {
        this.value = value;
        calls++;
    }

    @Override
    public synchronized void failed(LookupException cause) {
        this.failure = cause;
        calls++;
    }

    boolean answered() {
        return calls > 0;
    }

    int calls() {
        return calls;
    }

    /** The row, null for a miss; fails the test unless it was answered exactly once. */
    @Nullable
    String row() {
        assertThat(calls).as("answers").isEqualTo(1);
        assertThat(failure).isNull();
        return value;
    }

    LookupException failure() {
        assertThat(calls).as("answers").isEqualTo(1);
        assertThat(failure).isNotNull();
        return failure;
    }
}
