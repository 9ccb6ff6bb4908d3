package io.connectorkit.elasticsearch;

import io.connectorkit.failure.FailureKind;
import io.connectorkit.sink.Batch;
import io.connectorkit.sink.Completion;
import io.connectorkit.sink.Destination;
import io.connectorkit.sink.Outcome;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What a destination reported of one batch: outcomes, or a failed request. */
record Recorded(List<Outcome> outcomes, FailureKind failure, Throwable cause) {

    /** Sends {@code batch} and waits for its report; a second report fails. */
    static Recorded send(Destination<byte[]> destination, Batch<byte[]> batch) throws Exception {
        CompletableFuture<Recorded> report = new CompletableFuture<>();
        destination.send(batch, new Completion() {
            @Override
            public void delivered() {
                once(new Recorded(Collections.nCopies(batch.size(), Outcome.delivered()), null, null));
            }

            @Override
            public void completed(List<Outcome> outcomes) {
                once(new Recorded(outcomes, null, null));
            }

            @Override
            public void failed(FailureKind kind, Throwable cause) {
                once(new Recorded(List.of(), kind, cause));
            }

            private void once(Recorded recorded) {
                if (!report.complete(recorded)) {
                    throw new AssertionError("reported twice: " + recorded);
                }
            }
        });
        return report.get(60, TimeUnit.SECONDS);
    }

    @Override
    public List<Outcome> outcomes() {
        if (failure != null) {
            throw new AssertionError("the request failed as a whole: " + failure, cause);
        }
        return outcomes;
    }

    Outcome.Failed failed(int index) {
        return (Outcome.Failed) outcomes().get(index);
    }
}
