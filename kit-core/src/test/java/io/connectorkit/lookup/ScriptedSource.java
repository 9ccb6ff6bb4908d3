package io.connectorkit.lookup;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A source that answers when a test says so; it holds {@code row-<key>} for every key that does not start with "no". */
final class ScriptedSource implements LookupSource<String, String> {

    /** Requests not answered yet, oldest first. */
    final List<Request> open = new ArrayList<>();

    /** The keys of every request, in order. */
    final List<List<String>> requests = new ArrayList<>();

    boolean closed;

    @Override
    public CompletionStage<Map<String, String>> fetch(List<String> keys) {
        Request request = new Request(keys, new CompletableFuture<>());
        open.add(request);
        requests.add(keys);
        return request.answer;
    }

    /** Answers the oldest open request with its rows. */
    void answer() {
        Request request = open.remove(0);
        request.answer.complete(rows(request.keys));
    }

    /** Fails the oldest open request. */
    void fail(Throwable cause) {
        open.remove(0).answer.completeExceptionally(cause);
    }

    static Map<String, String> rows(List<String> keys) {
        Map<String, String> rows = new HashMap<>();
        for (String key : keys) {
            if (!key.startsWith("no")) {
                rows.put(key, "row-" + key);
            }
        }
        return rows;
    }

    @Override
    public void close() {
        closed = true;
    }

    record Request(List<String> keys, CompletableFuture<Map<String, String>> answer) {}
}
