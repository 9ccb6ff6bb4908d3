package io.connectorkit.elasticsearch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.connectorkit.elasticsearch.FakeCluster.Document;
import io.connectorkit.elasticsearch.ScriptedServer.Answer;
import io.connectorkit.elasticsearch.ScriptedServer.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link FakeCluster} answers to those who read. Strings are mapped as Elasticsearch maps them unless told
 * otherwise: a text of lower-case words, and its {@code keyword} sub-field.
 */
final class FakeReads {

    static final Set<String> OPERATIONS = Set.of("_mget", "_msearch", "_search", "_pit", "_field_caps");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final FakeCluster cluster;

    /** Points in time: what there was, in order. */
    private final Map<String, List<Map.Entry<String, ObjectNode>>> points = new TreeMap<>();

    private int opened;

    FakeReads(FakeCluster cluster) {
        this.cluster = cluster;
    }

    int openPoints() {
        return points.size();
    }

    Answer answer(String operation, Request request) throws IOException {
        return switch (operation) {
            case "_mget" -> multiGet(request);
            case "_msearch" -> multiSearch(request);
            case "_search" -> search(JSON.readTree(request.body()));
            case "_pit" -> request.method().equals("DELETE") ? closePoint(request) : openPoint(request);
            default -> fieldTypes(request);
        };
    }

    private Answer multiGet(Request request) throws IOException {
        ArrayNode docs = JSON.createArrayNode();
        for (JsonNode wanted : JSON.readTree(request.body()).get("docs")) {
            String index = FakeCluster.indexOf(request, wanted);
            String id = wanted.get("_id").asText();
            ObjectNode doc = docs.addObject().put("_index", index).put("_id", id);
            if (!cluster.exists(index)) {
                doc.putObject("error").put("type", "index_not_found_exception").put("reason", "no such index");
                continue;
            }
            Document held = cluster.document(index, id);
            boolean found = held != null && held.source != null;
            doc.put("found", found);
            if (found) {
                doc.put("_seq_no", held.sequenceNumber).put("_primary_term", 1);
                doc.set("_source", picked(held.source, FakeCluster.parameter(request, "_source_includes")));
            }
        }
        return Answer.json(200, JSON.createObjectNode().set("docs", docs).toString());
    }

    private static JsonNode picked(ObjectNode source, String fields) {
        return fields.isEmpty() ? source : source.deepCopy().retain(Arrays.asList(fields.split(",")));
    }

    private Answer multiSearch(Request request) throws IOException {
        ArrayNode responses = JSON.createArrayNode();
        String[] lines = request.body().split("\n");
        for (int line = 0; line < lines.length; line += 2) {
            String index = FakeCluster.indexOf(request, JSON.readTree(lines[line]));
            if (cluster.exists(index)) {
                responses.add(found(JSON.readTree(lines[line + 1]), documents(index)));
            } else {
                ObjectNode response = responses.addObject().put("status", 404);
                response.putObject("error").put("type", "index_not_found_exception");
            }
        }
        return Answer.json(
                200, JSON.createObjectNode().set("responses", responses).toString());
    }

    /** A page of a point in time. */
    private Answer search(JsonNode search) {
        List<Map.Entry<String, ObjectNode>> held =
                points.get(search.path("pit").path("id").asText());
        if (held == null) {
            return Answer.json(404, "{\"error\":{\"type\":\"search_context_missing_exception\"},\"status\":404}");
        }
        int after =
                search.has("search_after") ? search.get("search_after").get(0).asInt() + 1 : 0;
        return Answer.json(200, found(search, held.subList(after, held.size())).toString());
    }

    /** The hits among {@code held}, the rest of a point in time; each sorts by its position in the whole. */
    private static ObjectNode found(JsonNode search, List<Map.Entry<String, ObjectNode>> held) {
        ObjectNode answer = JSON.createObjectNode().put("status", 200);
        ArrayNode hits = answer.putObject("hits").putArray("hits");
        int first =
                search.has("search_after") ? search.get("search_after").get(0).asInt() + 1 : 0;
        for (int i = 0; i < held.size() && hits.size() < search.path("size").asInt(10); i++) {
            ObjectNode source = held.get(i).getValue();
            JsonNode query = search.get("query").get("bool");
            if (all(query.get("filter"), source) && none(query.get("must_not"), source)) {
                ObjectNode hit = hits.addObject().put("_id", held.get(i).getKey());
                hit.set("_source", source);
                hit.putArray("sort").add(first + i);
            }
        }
        return answer;
    }

    private static boolean all(JsonNode terms, ObjectNode source) {
        for (JsonNode term : terms) {
            if (!matches(term.get("term"), source)) {
                return false;
            }
        }
        return true;
    }

    private static boolean none(JsonNode terms, ObjectNode source) {
        for (JsonNode term : terms) {
            if (matches(term.get("term"), source)) {
                return false;
            }
        }
        return true;
    }

    private static boolean matches(JsonNode term, ObjectNode source) {
        Map.Entry<String, JsonNode> asked = term.properties().iterator().next();
        String value = (asked.getValue().isObject() ? asked.getValue().get("value") : asked.getValue()).asText();
        String field = asked.getKey();
        if (field.endsWith(".keyword")) {
            return value.equals(textOrNull(source, field.substring(0, field.lastIndexOf('.'))));
        }
        JsonNode held = source.path(field);
        return held.isTextual()
                ? Arrays.asList(held.asText().toLowerCase(java.util.Locale.ROOT).split("\\W+"))
                        .contains(value)
                : held.isValueNode() && held.asText().equals(value);
    }

    private static @Nullable String textOrNull(ObjectNode source, String field) {
        JsonNode held = source.path(field);
        return held.isTextual() ? held.asText() : null;
    }

    private Answer openPoint(Request request) {
        String id = "point-" + opened++;
        points.put(id, documents(FakeCluster.indexOf(request, JSON.createObjectNode())));
        return Answer.json(200, "{\"id\":\"" + id + "\"}");
    }

    private Answer closePoint(Request request) throws IOException {
        points.remove(JSON.readTree(request.body()).get("id").asText());
        return Answer.json(200, "{\"succeeded\":true}");
    }

    private List<Map.Entry<String, ObjectNode>> documents(String index) {
        List<Map.Entry<String, ObjectNode>> documents = new ArrayList<>();
        cluster.index(index).forEach((id, document) -> {
            if (document.source != null) {
                documents.add(Map.entry(id, document.source));
            }
        });
        return documents;
    }

    private Answer fieldTypes(Request request) {
        ObjectNode fields = JSON.createObjectNode();
        for (String field : FakeCluster.parameter(request, "fields").split(",")) {
            for (Map.Entry<String, ObjectNode> document :
                    documents(FakeCluster.indexOf(request, JSON.createObjectNode()))) {
                boolean keyword = field.endsWith(".keyword");
                JsonNode value = document.getValue().path(field.replace(".keyword", ""));
                if (value.isTextual() || (value.isValueNode() && !keyword)) {
                    String type = value.isTextual() ? keyword ? "keyword" : "text" : "long";
                    fields.putObject(field).putObject(type).put("type", type);
                }
            }
        }
        return Answer.json(200, JSON.createObjectNode().set("fields", fields).toString());
    }
}
