package io.connectorkit.elasticsearch;

import com.fasterxml.jackson.databind.JsonNode;
import io.connectorkit.failure.FailureKind;
import io.connectorkit.lookup.LookupException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Which fields of an index a term query is to compare. A text field holds the words of a value and not the value: its
 * keyword sub-field stands in for it, as Elasticsearch maps strings unless told otherwise.
 *
 * <p>A field is mapped with its first document, perhaps after the lookup was opened: until all are, each lookup asks.
 */
final class TermFields {

    private static final int PATIENCE_SECONDS = 10;

    /** Types whose values are not indexed as terms. */
    private static final Set<String> NOT_COMPARED =
            Set.of("text", "match_only_text", "search_as_you_type", "object", "nested", "binary");

    private final LookupRequests requests;
    private final List<String> fields;

    /** Empty until all are mapped. */
    private volatile List<String> names = List.of();

    private TermFields(LookupRequests requests, List<String> fields) {
        this.requests = requests;
        this.fields = fields;
    }

    /** Throws when the index has a field that cannot be compared. */
    static TermFields open(LookupRequests requests, List<String> fields) throws IOException, InterruptedException {
        TermFields terms = new TermFields(requests, fields);
        try {
            terms.names().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return terms;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    "the fields of index '" + requests.index() + "' must be known, got: " + cause.getMessage(), cause);
        } catch (TimeoutException e) {
            throw new IOException(
                    "the fields of index '" + requests.index() + "' must be known, got no answer within "
                            + PATIENCE_SECONDS + " s",
                    e);
        }
    }

    /** The fields as the user named them. */
    List<String> fields() {
        return fields;
    }

    /** The fields to compare; none as long as no document has one of them, and so none has them all. */
    CompletableFuture<List<String>> names() {
        List<String> known = names;
        return known.isEmpty() ? ask() : CompletableFuture.completedFuture(known);
    }

    private CompletableFuture<List<String>> ask() {
        List<String> asked = new ArrayList<>(fields);
        fields.forEach(field -> asked.add(field + ".keyword"));
        return requests.ask(
                        "GET",
                        requests.path("/_field_caps"),
                        Map.of("fields", String.join(",", asked)),
                        "",
                        "a look at its fields")
                .thenCompose(answer -> {
                    try {
                        names = resolved(answer.path("fields"));
                        return CompletableFuture.completedFuture(names);
                    } catch (LookupException e) {
                        return CompletableFuture.failedFuture(e);
                    }
                });
    }

    private List<String> resolved(JsonNode types) throws LookupException {
        List<String> resolved = new ArrayList<>(fields.size());
        List<String> problems = new ArrayList<>();
        for (String field : fields) {
            String unfit = types.path(field).properties().stream()
                    .map(Map.Entry::getKey)
                    .filter(NOT_COMPARED::contains)
                    .findFirst()
                    .orElse(null);
            if (unfit == null) {
                if (types.has(field)) {
                    resolved.add(field);
                }
            } else if (types.path(field + ".keyword").has("keyword")) {
                resolved.add(field + ".keyword");
            } else {
                problems.add("lookup field '" + field + "' of index '" + requests.index()
                        + "' must be a keyword, number, date, boolean or ip field, or have a sub-field keyword, got "
                        + unfit + "; name a sub-field that is one, or add it to the mapping");
            }
        }
        if (!problems.isEmpty()) {
            throw new LookupException(FailureKind.FATAL, String.join("\n", problems), null);
        }
        return resolved.size() == fields.size() ? List.copyOf(resolved) : List.of();
    }
}
