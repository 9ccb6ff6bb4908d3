package io.connectorkit.sink;

import io.connectorkit.failure.DeadLetter;
import io.connectorkit.failure.DeadLetterBudget;
import java.io.IOException;

/** Counts changes and dead letters over a sliding window of {@value #BUCKETS} steps, and says when there are too many. */
final class BudgetMeter {

    private static final int BUCKETS = 10;

    private final DeadLetterBudget budget;
    private final long bucketMillis;
    private final long[] changes = new long[BUCKETS];
    private final long[] letters = new long[BUCKETS];
    private long accepted;
    private long current = -1;

    BudgetMeter(DeadLetterBudget budget) {
        this.budget = budget;
        this.bucketMillis = Math.max(1, budget.window().toMillis() / BUCKETS);
    }

    /** Cheap: sorted into the window when the next letter comes. */
    void accepted(int count) {
        accepted += count;
    }

    void letter(DeadLetter letter, long nowMillis) throws IOException {
        turnTo(nowMillis / bucketMillis);
        int now = (int) (current % BUCKETS);
        changes[now] += accepted + 1;
        letters[now]++;
        accepted = 0;
        long allChanges = sum(changes);
        long allLetters = sum(letters);
        if (allLetters > budget.atLeast() && allLetters > budget.share() * allChanges) {
            throw new IOException(
                    "sink.dead-letters.share must be at most " + budget.share() + " of all changes within "
                            + budget.window() + ", got " + allLetters + " of " + allChanges + "; last: " + letter);
        }
    }

    private void turnTo(long bucket) {
        if (current < 0 || bucket - current >= BUCKETS) {
            java.util.Arrays.fill(changes, 0);
            java.util.Arrays.fill(letters, 0);
            current = bucket;
        }
        while (current < bucket) {
            current++;
            changes[(int) (current % BUCKETS)] = 0;
            letters[(int) (current % BUCKETS)] = 0;
        }
    }

    private static long sum(long[] counts) {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }
}
