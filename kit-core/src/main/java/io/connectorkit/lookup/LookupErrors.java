package io.connectorkit.lookup;

import io.connectorkit.failure.FailureKind;
import io.connectorkit.lookup.LookupWork.Ask;
import io.connectorkit.lookup.LookupWork.Outcome;
import io.connectorkit.lookup.LookupWork.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Reads answers and words the failures of one lookup engine. */
final class LookupErrors {

    private final String name;
    private final LookupOptions options;

    LookupErrors(String name, LookupOptions options) {
        this.name = name;
        this.options = options;
    }

    /** What a finished {@code answer} comes to, checked against what was asked. */
    <K, V> Outcome<V> outcome(Request<K, V> request, CompletableFuture<Map<K, V>> answer) {
        Map<K, V> rows;
        try {
            rows = answer.get();
        } catch (Throwable e) {
            return Outcome.failed(classified(e));
        }
        try {
            return read(request, rows);
        } catch (Throwable e) {
            return Outcome.failed(new LookupException(FailureKind.FATAL, "the answer cannot be read: " + e, e));
        }
    }

    private static <K, V> Outcome<V> read(Request<K, V> request, @Nullable Map<K, V> rows) {
        if (rows == null) {
            return Outcome.fatal("the source answered null instead of a map; this is a bug of the source");
        }
        List<@Nullable V> values = new ArrayList<>(request.asks.size());
        int known = 0;
        for (Ask<K, V> ask : request.asks) {
            V value = rows.get(ask.key);
            values.add(value);
            if (value != null || rows.containsKey(ask.key)) {
                known++;
            }
        }
        if (known != rows.size()) {
            return Outcome.fatal("the answer has " + (rows.size() - known) + " keys that were not asked for, and "
                    + known + " of the " + values.size()
                    + " that were; this is a bug of the source: rows must be put under the key as asked");
        }
        return new Outcome<>(values, null);
    }

    private LookupException classified(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof LookupException classified) {
            return classified;
        }
        FailureKind kind = cause instanceof Error ? FailureKind.FATAL : FailureKind.RETRYABLE;
        return new LookupException(kind, cause.toString(), cause);
    }

    <K, V> LookupException givenUp(List<Ask<K, V>> asks, LookupException failure) {
        int max = options.retry().maxAttempts();
        String what = "Lookup of " + keys(asks) + " in " + name;
        String why = ": " + failure.getMessage();
        String message =
                switch (failure.kind()) {
                    case RETRYABLE, THROTTLED ->
                        what + " failed and retries are used up ("
                                + asks.get(0).attempts + " of " + max + ")" + why
                                + "; raise lookup.retry.max-attempts or lower lookup.in-flight";
                    case REJECTED -> what + " was rejected" + why;
                    case FATAL -> what + " failed" + why;
                };
        return new LookupException(failure.kind(), message, failure);
    }

    LookupException requestTimedOut() {
        return new LookupException(
                FailureKind.RETRYABLE, "no answer within lookup.request-timeout of " + options.requestTimeout(), null);
    }

    LookupException noAnswer() {
        return new LookupException(FailureKind.FATAL, "neither rows nor a failure", null);
    }

    <K, V> LookupException timedOut(List<Ask<K, V>> asks) {
        Ask<K, V> first = asks.get(0);
        LookupException last = first.lastFailure;
        String why = last == null ? "no attempt has failed" : "the last failed: " + last.getMessage();
        return new LookupException(
                FailureKind.RETRYABLE,
                "Lookup of " + keys(asks) + " in " + name + " took longer than lookup.timeout of "
                        + options.timeout() + " (attempt " + first.attempts + " of "
                        + options.retry().maxAttempts() + "; " + why
                        + "); raise lookup.timeout, or lower lookup.request-timeout to try again sooner",
                last);
    }

    LookupException closed(int count, Object firstKey) {
        return new LookupException(
                FailureKind.FATAL,
                "Lookup of " + count + " keys in " + name + " was closed before its answer; first: key=" + firstKey,
                null);
    }

    private static <K, V> String keys(List<Ask<K, V>> asks) {
        String first = "key=" + asks.get(0).key;
        return asks.size() == 1 ? first : asks.size() + " keys (first: " + first + ")";
    }
}
