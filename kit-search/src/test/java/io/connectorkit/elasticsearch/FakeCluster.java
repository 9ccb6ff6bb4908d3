package io.connectorkit.elasticsearch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.connectorkit.elasticsearch.ScriptedServer.Answer;
import io.connectorkit.elasticsearch.ScriptedServer.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A script for {@link ScriptedServer} that keeps documents as Elasticsearch does, with what the node that Maven brings
 * lacks: scripts (any script adds its numbers to the document's), pipelines (which leave their name in the document) and
 * data streams (indices named {@code stream-*}).
 */
final class FakeCluster implements Function<Request, Answer> {

    /** A document, or what is remembered of a deleted one. */
    static final class Document {
        ObjectNode source;
        long version;
        long sequenceNumber;
        String routing;
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Map<String, Document>> indices = new TreeMap<>();
    private final FakeReads reads = new FakeReads(this);
    private long sequenceNumber;

    /** The live documents of an index, by id. */
    synchronized Map<String, String> documents(String index) {
        Map<String, String> documents = new TreeMap<>();
        indices.getOrDefault(index, Map.of()).forEach((id, document) -> {
            if (document.source != null) {
                documents.put(id, document.source.toString());
            }
        });
        return documents;
    }

    synchronized Document document(String index, String id) {
        return indices.getOrDefault(index, Map.of()).get(id);
    }

    synchronized void create(String index) {
        index(index);
    }

    boolean exists(String index) {
        return indices.containsKey(index);
    }

    /** All documents and deletes of an index, which is made if need be. */
    Map<String, Document> index(String index) {
        return indices.computeIfAbsent(index, name -> new TreeMap<>());
    }

    /** Points in time that nobody has closed. */
    synchronized int openPoints() {
        return reads.openPoints();
    }

    @Override
    public synchronized Answer apply(Request request) {
        String last = request.path().substring(request.path().lastIndexOf('/') + 1);
        try {
            if (last.equals("_bulk")) {
                return bulk(request);
            } else if (FakeReads.OPERATIONS.contains(last)) {
                return reads.answer(last, request);
            }
            boolean missing = request.method().equals("HEAD") && !exists(last);
            return Answer.json(missing ? 404 : 200, "{}");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String indexOf(Request request, JsonNode action) {
        String own = action.path("_index").asText();
        // The part before the operation, whatever prefix stands in front.
        String[] parts = request.path().split("/");
        return own.isEmpty() ? parts[parts.length - 2] : own;
    }

    private Answer bulk(Request request) throws IOException {
        ArrayNode items = JSON.createArrayNode();
        String[] lines = request.body().split("\n");
        for (int line = 0; line < lines.length; line++) {
            Map.Entry<String, JsonNode> action =
                    JSON.readTree(lines[line]).properties().iterator().next();
            boolean delete = action.getKey().equals("delete");
            JsonNode body = delete ? null : JSON.readTree(lines[++line]);
            ObjectNode item = JSON.createObjectNode();
            write(request, action.getKey(), action.getValue(), body, item);
            items.addObject().set(action.getKey(), item);
        }
        ObjectNode answer = JSON.createObjectNode();
        answer.set("items", items);
        return Answer.json(200, answer.toString());
    }

    private void write(Request request, String operation, JsonNode action, JsonNode body, ObjectNode item) {
        String index = indexOf(request, action);
        if (index.startsWith("stream-") && !operation.equals("create")) {
            fail(
                    item,
                    400,
                    "illegal_argument_exception",
                    "only write ops with an op_type of create are allowed in data streams");
            return;
        }
        Map<String, Document> documents = index(index);
        Document held = documents.get(action.path("_id").asText());
        boolean there = held != null && held.source != null;
        if (isConflict(operation, action, held)) {
            fail(item, 409, "version_conflict_engine_exception", "version conflict");
            return;
        }
        if (operation.equals("delete")) {
            store(documents, action, null);
            item.put("status", there ? 200 : 404);
            return;
        }
        ObjectNode source = operation.equals("update") ? updated(there ? held.source : null, body) : (ObjectNode) body;
        if (source == null) {
            fail(item, 404, "document_missing_exception", "document missing");
            return;
        }
        if (source.path("n").isTextual() && !source.path("n").asText().matches("\\d+")) {
            fail(item, 400, "document_parsing_exception", "failed to parse field [n] of type [integer]");
            return;
        }
        String pipeline = action.path("pipeline").asText(parameter(request, "pipeline"));
        if (!pipeline.isEmpty() && !pipeline.equals("_none")) {
            source.put("pipeline", pipeline);
        }
        store(documents, action, source);
        item.put("status", there ? 200 : 201);
    }

    private static boolean isConflict(String operation, JsonNode action, Document held) {
        if (action.has("if_seq_no")) {
            return held == null
                    || held.source == null
                    || held.sequenceNumber != action.get("if_seq_no").asLong()
                    || action.get("if_primary_term").asLong() != 1;
        }
        if (operation.equals("create")) {
            return held != null && held.source != null;
        }
        return action.has("version")
                && held != null
                && held.version > action.get("version").asLong();
    }

    private static ObjectNode updated(ObjectNode held, JsonNode body) {
        if (held == null) {
            JsonNode created = body.path("doc_as_upsert").asBoolean() ? body.get("doc") : body.get("upsert");
            return created == null ? null : created.deepCopy();
        }
        ObjectNode updated = held.deepCopy();
        if (body.has("doc")) {
            updated.setAll((ObjectNode) body.get("doc"));
        } else {
            body.get("script")
                    .get("params")
                    .properties()
                    .forEach(param -> updated.put(
                            param.getKey(),
                            updated.path(param.getKey()).asLong()
                                    + param.getValue().asLong()));
        }
        return updated;
    }

    private void store(Map<String, Document> documents, JsonNode action, ObjectNode source) {
        Document document = new Document();
        document.source = source;
        document.version = action.path("version").asLong();
        document.sequenceNumber = sequenceNumber++;
        document.routing = action.path("routing").asText(null);
        documents.put(action.get("_id").asText(), document);
    }

    private static void fail(ObjectNode item, int status, String type, String reason) {
        item.put("status", status).putObject("error").put("type", type).put("reason", reason);
    }

    static String parameter(Request request, String name) {
        List<String> parameters = new ArrayList<>(List.of(
                request.query() == null ? new String[0] : request.query().split("&")));
        return parameters.stream()
                .filter(parameter -> parameter.startsWith(name + "="))
                .map(parameter -> parameter.substring(name.length() + 1))
                .findFirst()
                .orElse("");
    }
}
