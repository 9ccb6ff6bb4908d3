package io.connectorkit.sink;

import io.connectorkit.change.Change;
import io.connectorkit.failure.FailureKind;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What a destination answered to one batch: outcomes, or a failure of the whole. */
public record Answer(List<Outcome> outcomes, FailureKind kind, Throwable cause) {

    /** Sends {@code changes} as one batch and waits for the answer. */
    @SafeVarargs
    public static <P> Answer to(Destination<P> destination, Change<P>... changes) throws Exception {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        destination.send(Batches.of(changes), new Completion() {
            @Override
            public void delivered() {
                completed(Collections.nCopies(changes.length, Outcome.delivered()));
            }

            @Override
            public void completed(List<Outcome> outcomes) {
                once(new Answer(outcomes, null, null));
            }

            @Override
            public void failed(FailureKind kind, Throwable cause) {
                once(new Answer(List.of(), kind, cause));
            }

            private void once(Answer first) {
                if (!answer.complete(first)) {
                    throw new AssertionError("completed twice");
                }
            }
        });
        return answer.get(60, TimeUnit.SECONDS);
    }

    /** One letter for each change: Delivered, Stale, Rejected; or the kind of a failed batch. */
    public String letters() {
        if (kind != null) {
            return kind + ": " + cause.getMessage();
        }
        StringBuilder letters = new StringBuilder();
        for (Outcome outcome : outcomes) {
            letters.append(
                    outcome instanceof Outcome.Failed failed
                            ? failed.kind().name().charAt(0)
                            : outcome.toString().charAt(0));
        }
        return letters.toString();
    }

    /** Why the change at {@code position} was rejected. */
    public String reason(int position) {
        return ((Outcome.Failed) outcomes.get(position)).cause().getMessage();
    }
}
