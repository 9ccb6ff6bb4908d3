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
 * elasticsearch-java's HTTP transport, set up for bulk requests.
 *
 * <p>The typed client above it would serialize every action and parse every document's answer into objects; bulk bodies
 * and answers pass here as bytes.
 */
final class BulkClient implements AutoCloseable {

    /** Two, whatever the machine: each subtask has a client of its own, and answers are small. */
    private static final int IO_THREADS = 2;

    /** The client accepts answers of version 8 only, and Elasticsearch wants both headers to name the same version. */
    private static final Map<String, String> NDJSON =
            Map.of("Content-Type", "application/vnd.elasticsearch+x-ndjson; compatible-with=8");

    private static final Map<String, String> JSON =
            Map.of("Content-Type", "application/vnd.elasticsearch+json; compatible-with=8");

    private static final Map<String, String> BULK_PARAMETERS = Map.of("filter_path", BulkReply.FILTER);

    private final TransportHttpClient http;
    private final String bulkPath;

    private BulkClient(TransportHttpClient http, String index) {
        this.http = http;
        this.bulkPath = "/" + URLEncoder.encode(index, StandardCharsets.UTF_8) + "/_bulk";
    }

    /** A client with room for {@code inFlight} requests, and as many again that were given up but not yet answered. */
    static BulkClient open(ElasticsearchOptions options, int inFlight) throws IOException {
        HttpHost[] hosts = options.hosts().stream().map(BulkClient::host).toArray(HttpHost[]::new);
        SSLContext trust = trust(options);
        int connections = 2 * inFlight + 1;
        RestClientBuilder builder = RestClient.builder(hosts)
                .setDefaultHeaders(authorization(options.authentication()))
                .setCompressionEnabled(options.compressed())
                .setNodeSelector(BulkClient::keepOne)
                .setRequestConfigCallback(request -> request.setConnectTimeout(
                                (int) options.connectTimeout().toMillis())
                        .setSocketTimeout((int) options.socketTimeout().toMillis())
                        .setConnectionRequestTimeout(
                                (int) options.socketTimeout().toMillis()))
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
        return new BulkClient(new RestClientHttpClient(builder.build()), options.index());
    }

    CompletableFuture<Response> bulk(List<ByteBuffer> body) {
        return http.performRequestAsync(
                "bulk", null, new Request("POST", bulkPath, BULK_PARAMETERS, NDJSON, body), null);
    }

    CompletableFuture<Response> send(String method, String path, @Nullable String json) {
        List<ByteBuffer> body = json == null ? null : List.of(ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)));
        return http.performRequestAsync("check", null, new Request(method, path, Map.of(), JSON, body), null);
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

    private static Header[] authorization(Authentication authentication) {
        if (authentication instanceof Authentication.Basic basic) {
            String credentials = basic.username() + ":" + basic.password();
            String encoded = Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
            return new Header[] {new BasicHeader("Authorization", "Basic " + encoded)};
        }
        if (authentication instanceof Authentication.ApiKey key) {
            return new Header[] {new BasicHeader("Authorization", "ApiKey " + key.encoded())};
        }
        return new Header[0];
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
