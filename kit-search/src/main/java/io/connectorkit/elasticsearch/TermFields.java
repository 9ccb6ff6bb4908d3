package io.connectorkit.elasticsearch;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Which fields of an index a term query is to compare. A text field holds the words of a value and not the value: its
 * keyword sub-field stands in for it, as Elasticsearch maps strings unless told otherwise.
 */
final class TermFields {

    private static final int PATIENCE_SECONDS = 10;

    /** Types whose values are not indexed as terms. */
    private static final Set<String> NOT_COMPARED =
            Set.of("text", "match_only_text", "search_as_you_type", "object", "nested", "binary");

    private TermFields() {}

    static List<String> resolve(LookupRequests requests, List<String> fields) throws IOException, InterruptedException {
        JsonNode types = types(requests, fields);
        List<String> resolved = new ArrayList<>(fields.size());
        List<String> problems = new ArrayList<>();
        for (String field : fields) {
            String type = types.path(field).properties().stream()
                    .map(Map.Entry::getKey)
                    .filter(NOT_COMPARED::contains)
                    .findFirst()
                    .orElse(null);
            if (type == null) {
                // Also a field that no document has yet.
                resolved.add(field);
            } else if (types.path(field + ".keyword").has("keyword")) {
                resolved.add(field + ".keyword");
            } else {
                problems.add("lookup field '" + field + "' of index '" + requests.index()
                        + "' must be a keyword, number, date, boolean or ip field, or have a sub-field keyword, got "
                        + type + "; name a sub-field that is one, or add it to the mapping");
            }
        }
        if (!problems.isEmpty()) {
            throw new IOException(String.join("\n", problems));
        }
        return resolved;
    }

    private static JsonNode types(LookupRequests requests, List<String> fields)
            throws IOException, InterruptedException {
        List<String> asked = new ArrayList<>(fields);
        fields.forEach(field -> asked.add(field + ".keyword"));
        Map<String, String> parameters = Map.of("fields", String.join(",", asked));
        try {
            return requests.ask("GET", requests.path("/_field_caps"), parameters, "", "a look at its fields")
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .path("fields");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    "the fields of index '" + requests.index() + "' must be readable, got: " + cause.getMessage(),
                    cause);
        } catch (TimeoutException e) {
            throw new IOException(
                    "the fields of index '" + requests.index() + "' must be readable, got no answer within "
                            + PATIENCE_SECONDS + " s",
                    e);
        }
    }
}
