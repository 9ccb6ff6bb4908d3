package io.connectorkit.elasticsearch;

import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives all tests the same node, started when the first asks for it and closed after the last. */
final class OneNode implements ParameterResolver {

    /** What the tests rely on: requests of at most 1 MiB, and indices named refused-* that are not created by a write. */
    private static final Map<String, String> SETTINGS =
            Map.of("http.max_content_length", "1mb", "action.auto_create_index", "'-refused*,+*'");

    private record Closing(ElasticsearchNode node) implements AutoCloseable, ExtensionContext.Store.CloseableResource {
        @Override
        public void close() {
            node.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == ElasticsearchNode.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(OneNode.class))
                .getOrComputeIfAbsent("node", key -> new Closing(ElasticsearchNode.start(SETTINGS)), Closing.class)
                .node();
    }
}
