package io.connectorkit.elasticsearch;

import co.elastic.clients.transport.TransportUtils;
import co.elastic.clients.transport.http.TransportHttpClient;
import co.elastic.clients.transport.http.TransportHttpClient.Request;
import co.elastic.clients.transport.http.TransportHttpClient.Response;
import co.elastic.clients.transport.rest_client.RestClientHttpClient;
import io.connectorkit.elasticsearch.ElasticsearchOptions.Authentication;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLContext;
import org.apache.http.Header;
import org.apache.http.HttpHost;
import org.apache.http.impl.nio.reactor.IOReactorConfig;
import org.apache.http.message.BasicHeader;
import org.elasticsearch.client.Node;
import org.elasticsearch.client.RestClient;
import org.elasticsearch.client.RestClientBuilder;
import org.jspecify.annotations.Nullable;

/**
 * elasticsearch-java's HTTP transport, set up for bodies of bytes.
 *
 * <p>The typed client above it would serialize every action and parse every document's answer into objects; bulk bodies
 * and answers pass here as bytes.
 */
final class ClusterClient implements AutoCloseable {

    /** Two, whatever the machine: each subtask has a client of its own, and answers are small. */
    private static final int IO_THREADS = 2;

    /** The client accepts answers of version 8 only, and Elasticsearch wants both headers to name the same version. */
    private static final Map<String, String> NDJSON =
            Map.of("Content-Type", "application/vnd.elasticsearch+x-ndjson; compatible-with=8");

    private static final Map<String, String> JSON =
            Map.of("Content-Type", "application/vnd.elasticsearch+json; compatible-with=8");

    private final TransportHttpClient http;

    private ClusterClient(TransportHttpClient http) {
        this.http = http;
    }

    /** A name as a part of a path. */
    static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8);
    }

    /** A client with room for {@code inFlight} requests, and as many again that were given up but not yet answered. */
    static ClusterClient open(ElasticsearchOptions options, int inFlight) throws IOException {
        HttpHost[] hosts = options.hosts().stream().map(ClusterClient::host).toArray(HttpHost[]::new);
        SSLContext trust = trust(options);
        int connections = 2 * inFlight + 1;
        RestClientBuilder builder = RestClient.builder(hosts)
                .setDefaultHeaders(headers(options))
                .setCompressionEnabled(options.compressed())
                .setNodeSelector(ClusterClient::keepOne)
                .setRequestConfigCallback(request -> request.setConnectTimeout(
                                (int) options.connectTimeout().toMillis())
                        .setSocketTimeout((int) options.socketTimeout().toMillis())
                        .setConnectionRequestTimeout(
                                (int) options.connectionRequestTimeout().toMillis()))
                .setHttpClientConfigCallback(client -> {
                    client.setMaxConnPerRoute(connections)
                            .setMaxConnTotal(connections * hosts.length)
                            .disableAuthCaching()
                            .setDefaultIOReactorConfig(IOReactorConfig.custom()
                                    .setIoThreadCount(IO_THREADS)
                                    .setConnectTimeout(
                                            (int) options.connectTimeout().toMillis())
                                    .setSoKeepAlive(true)
                                    .build());
                    return trust == null ? client : client.setSSLContext(trust);
                });
        if (options.pathPrefix() != null) {
            builder.setPathPrefix(options.pathPrefix());
        }
        return new ClusterClient(new RestClientHttpClient(builder.build()));
    }

    /** Sends lines of JSON. */
    CompletableFuture<Response> lines(String path, Map<String, String> parameters, Iterable<ByteBuffer> lines) {
        return http.performRequestAsync("lines", null, new Request("POST", path, parameters, NDJSON, lines), null);
    }

    /** Sends one JSON document, or none. */
    CompletableFuture<Response> send(
            String method, String path, Map<String, String> parameters, @Nullable String json) {
        List<ByteBuffer> body = json == null ? null : List.of(ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)));
        return http.performRequestAsync("json", null, new Request(method, path, parameters, JSON, body), null);
    }

    @Override
    public void close() throws IOException {
        http.close();
    }

    /**
     * Leaves one node of those on offer, so that a failed request comes back to the writer: the rest client would send
     * it to the next node at once, without back-off and while the first may still be applied.
     *
     * <p>The list comes in a fixed order; the client's own rotation works on what is left. Hence a random pick.
     */
    private static void keepOne(Iterable<Node> nodes) {
        List<Node> offered = new ArrayList<>();
        nodes.forEach(offered::add);
        if (offered.size() < 2) {
            return;
        }
        Node kept = offered.get(ThreadLocalRandom.current().nextInt(offered.size()));
        for (Iterator<Node> iterator = nodes.iterator(); iterator.hasNext(); ) {
            if (iterator.next() != kept) {
                iterator.remove();
            }
        }
    }

    private static HttpHost host(String url) {
        URI uri = URI.create(url);
        return new HttpHost(uri.getHost(), uri.getPort(), uri.getScheme());
    }

    private static Header[] headers(ElasticsearchOptions options) {
        List<Header> headers = new ArrayList<>();
        String authorization = authorization(options.authentication());
        if (authorization != null) {
            headers.add(new BasicHeader("Authorization", authorization));
        }
        options.headers().forEach((name, value) -> headers.add(new BasicHeader(name, value)));
        return headers.toArray(Header[]::new);
    }

    private static @Nullable String authorization(Authentication authentication) {
        if (authentication instanceof Authentication.Basic basic) {
            String credentials = basic.username() + ":" + basic.password();
            return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
        }
        if (authentication instanceof Authentication.ApiKey key) {
            return "ApiKey " + key.encoded();
        }
        return authentication instanceof Authentication.Bearer bearer ? "Bearer " + bearer.token() : null;
    }

    private static @Nullable SSLContext trust(ElasticsearchOptions options) throws IOException {
        if (options.caFingerprint() != null) {
            return TransportUtils.sslContextFromCaFingerprint(options.caFingerprint());
        }
        if (options.caCertificate() == null) {
            return null;
        }
        try {
            return TransportUtils.sslContextFromHttpCaCrt(new File(options.caCertificate()));
        } catch (IOException | RuntimeException e) {
            throw new IOException(
                    "ssl.ca-certificate must be a readable PEM file on every task manager, got '"
                            + options.caCertificate() + "': " + e.getMessage(),
                    e);
        }
    }
}
