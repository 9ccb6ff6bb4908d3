package io.connectorkit.elasticsearch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/** Indices of a node as a test looks at them. */
record Index(ElasticsearchNode node) implements Indices {

    /** Numbers keep all their digits. */
    private static final ObjectMapper JSON = LookupRequests.JSON;

    @Override
    public String url() {
        return node.url();
    }

    @Override
    public void create(String name, String json) {
        node.request("PUT", "/" + name, json);
    }

    void block(String name, String block, boolean on) {
        node.request(
                "PUT", "/" + name + "/_settings", "{\"index.blocks." + block + "\":" + (on ? "true" : "null") + "}");
    }

    @Override
    public void refresh(String name) {
        node.request("POST", "/" + name + "/_refresh", null);
    }

    long count(String name) throws IOException {
        return JSON.readTree(node.request("GET", "/" + name + "/_count", null))
                .get("count")
                .asLong();
    }

    /** The document's source; null when there is none. */
    String document(String name, String id) throws IOException {
        String ids = JSON.writeValueAsString(new String[] {id});
        JsonNode found = JSON.readTree(node.request("POST", "/" + name + "/_mget", "{\"ids\":" + ids + "}"))
                .get("docs")
                .get(0);
        return found.path("found").asBoolean() ? found.get("_source").toString() : null;
    }

    /** The source of every document by id. */
    java.util.Map<String, String> documents(String name) throws IOException {
        refresh(name);
        java.util.Map<String, String> documents = new java.util.TreeMap<>();
        JsonNode hits = JSON.readTree(node.request("GET", "/" + name + "/_search?size=10000", null))
                .get("hits")
                .get("hits");
        hits.forEach(
                hit -> documents.put(hit.get("_id").asText(), hit.get("_source").toString()));
        return documents;
    }
}
