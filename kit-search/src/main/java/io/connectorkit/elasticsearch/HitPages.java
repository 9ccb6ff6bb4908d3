package io.connectorkit.elasticsearch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.lookup.LookupException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Reads all hits of a search, page by page, from one point in time, so that none is missed or seen twice. */
final class HitPages {

    /** Hits of a search that are read without a point in time. */
    static final int FIRST = 1_000;

    private static final int PAGE = 5_000;

    /** A join that multiplies a record more often than this is a mistake, and would not fit the memory. */
    private static final int MOST = 100_000;

    private static final String KEEP_ALIVE = "1m";
    private static final String FILTER = "pit_id,hits.hits._id,hits.hits._source,hits.hits.sort,error,status";

    private final LookupRequests requests;
    private final Map<String, String> parameters;

    /** @param whole whether documents are wanted as they are: see {@link LookupRequests#pick} */
    HitPages(LookupRequests requests, boolean whole) {
        this.requests = requests;
        this.parameters = whole ? Map.of() : Map.of("filter_path", FILTER);
    }

    /** All hits of {@code search}. */
    CompletionStage<List<JsonNode>> all(ObjectNode search, ChangeKey key) {
        String request = "a lookup of all hits of key=" + key;
        return requests.ask("POST", requests.path("/_pit"), Map.of("keep_alive", KEEP_ALIVE), "", request)
                .thenCompose(opened -> {
                    String point = opened.path("id").asText();
                    search.put("size", PAGE);
                    search.putArray("sort").addObject().put("_shard_doc", "asc");
                    CompletionStage<List<JsonNode>> read = next(search, point, new ArrayList<>(), key, request);
                    return read.handle((hits, error) -> close(point))
                            .thenCompose(Function.identity())
                            .handle((closed, ignored) -> read)
                            .thenCompose(Function.identity());
                });
    }

    private CompletionStage<List<JsonNode>> next(
            ObjectNode search, String point, List<JsonNode> read, ChangeKey key, String request) {
        search.putObject("pit").put("id", point).put("keep_alive", KEEP_ALIVE);
        return requests.ask("POST", "/_search", parameters, search.toString(), request)
                .thenCompose(answer -> {
                    JsonNode hits = answer.path("hits").path("hits");
                    hits.forEach(read::add);
                    if (read.size() > MOST) {
                        return CompletableFuture.failedFuture(new LookupException(
                                FailureKind.FATAL,
                                "key=" + key + " must have at most " + MOST + " documents in index '" + requests.index()
                                        + "', got more; look up by more fields",
                                null));
                    }
                    if (hits.size() < PAGE) {
                        return CompletableFuture.completedFuture(read);
                    }
                    search.set("search_after", hits.get(hits.size() - 1).path("sort"));
                    return next(search, point, read, key, request);
                });
    }

    /** Failing is no harm: it closes by itself a minute later. */
    private CompletionStage<JsonNode> close(String point) {
        ObjectNode id = LookupRequests.JSON.createObjectNode().put("id", point);
        return requests.ask("DELETE", "/_pit", Map.of(), id.toString(), "the end of a lookup");
    }
}
