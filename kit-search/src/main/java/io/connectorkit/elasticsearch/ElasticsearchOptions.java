package io.connectorkit.elasticsearch;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where an Elasticsearch cluster is and how to reach it.
 *
 * <p>Immutable; each {@code with} call returns a copy. {@code toString} masks credentials.
 *
 * @param hosts nodes as {@code http://host:port} or {@code https://host:port}; requests rotate among those that answer
 * @param index index or alias that is written
 * @param authentication none, user and password, or an API key
 * @param pathPrefix path in front of every request, for clusters behind a proxy
 * @param caCertificate PEM file, on every task manager, of the authority that signed the nodes' certificates; without
 *     it the JVM's trust store decides
 * @param caFingerprint SHA-256 fingerprint of that authority in hex, instead of the file
 * @param connectTimeout longest time to open a connection
 * @param socketTimeout longest silence within a request; keep it above {@code sink.request-timeout}, so that the sink's
 *     own deadline comes first
 * @param connectionRequestTimeout longest wait for a free connection; there is one for each request in flight, so only
 *     requests that were given up but not yet answered make others wait
 * @param headers sent with every request, for proxies; values may be secrets
 * @param compressed whether request bodies are compressed with gzip
 */
public record ElasticsearchOptions(
        List<String> hosts,
        String index,
        Authentication authentication,
        @Nullable String pathPrefix,
        @Nullable String caCertificate,
        @Nullable String caFingerprint,
        Duration connectTimeout,
        Duration socketTimeout,
        Duration connectionRequestTimeout,
        Map<String, String> headers,
        boolean compressed)
        implements Serializable {

    /** Who the requests come from. */
    public sealed interface Authentication extends Serializable {
        /** Anonymous requests. */
        record None() implements Authentication {}

        /** HTTP basic authentication. */
        record Basic(String username, String password) implements Authentication {
            @Override
            public String toString() {
                return "Basic[username=" + username + ", password=***]";
            }
        }

        /** An API key in the encoded form (base64 of id and key) that Elasticsearch hands out. */
        record ApiKey(String encoded) implements Authentication {
            @Override
            public String toString() {
                return "ApiKey[***]";
            }
        }

        /** A bearer token, of Elasticsearch's token service or of an identity provider it trusts. */
        record Bearer(String token) implements Authentication {
            @Override
            public String toString() {
                return "Bearer[***]";
            }
        }
    }

    public ElasticsearchOptions {
        hosts = List.copyOf(hosts);
        headers = Map.copyOf(headers);
        Objects.requireNonNull(index, "index");
        Objects.requireNonNull(authentication, "authentication");
        Objects.requireNonNull(connectTimeout, "connectTimeout");
        Objects.requireNonNull(socketTimeout, "socketTimeout");
        Objects.requireNonNull(connectionRequestTimeout, "connectionRequestTimeout");
        List<String> problems = new ArrayList<>();
        OptionRules.hosts(problems, hosts);
        OptionRules.index(problems, index);
        OptionRules.authentication(problems, authentication);
        OptionRules.pathPrefix(problems, pathPrefix);
        OptionRules.trust(problems, hosts, caCertificate, caFingerprint);
        OptionRules.timeout(problems, "connection.timeout", connectTimeout);
        OptionRules.timeout(problems, "socket.timeout", socketTimeout);
        OptionRules.timeout(problems, "connection.request-timeout", connectionRequestTimeout);
        OptionRules.headers(problems, headers);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    /** One host, anonymous, 5 s to connect, 60 s of silence. */
    public static ElasticsearchOptions of(String host, String index) {
        return of(List.of(host), index);
    }

    /** Several hosts of one cluster, anonymous, 5 s to connect, 60 s of silence. */
    public static ElasticsearchOptions of(List<String> hosts, String index) {
        return new ElasticsearchOptions(
                hosts,
                index,
                new Authentication.None(),
                null,
                null,
                null,
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Map.of(),
                false);
    }

    public ElasticsearchOptions withBasicAuthentication(String username, String password) {
        return with(new Authentication.Basic(username, password));
    }

    public ElasticsearchOptions withApiKey(String encoded) {
        return with(new Authentication.ApiKey(encoded));
    }

    public ElasticsearchOptions withBearerToken(String token) {
        return with(new Authentication.Bearer(token));
    }

    private ElasticsearchOptions with(Authentication authentication) {
        return copy(copy -> copy.authentication = authentication);
    }

    public ElasticsearchOptions withPathPrefix(String pathPrefix) {
        return copy(copy -> copy.pathPrefix = pathPrefix);
    }

    /** Trusts the authority in a PEM file and no other. */
    public ElasticsearchOptions withCaCertificate(String pemFile) {
        return copy(copy -> {
            copy.caCertificate = pemFile;
            copy.caFingerprint = null;
        });
    }

    /** Trusts the authority with this SHA-256 fingerprint and no other; Elasticsearch prints it at its first start. */
    public ElasticsearchOptions withCaFingerprint(String sha256Hex) {
        return copy(copy -> {
            copy.caCertificate = null;
            copy.caFingerprint = sha256Hex;
        });
    }

    public ElasticsearchOptions withTimeouts(Duration connectTimeout, Duration socketTimeout) {
        return copy(copy -> {
            copy.connectTimeout = connectTimeout;
            copy.socketTimeout = socketTimeout;
        });
    }

    public ElasticsearchOptions withConnectionRequestTimeout(Duration connectionRequestTimeout) {
        return copy(copy -> copy.connectionRequestTimeout = connectionRequestTimeout);
    }

    /** Compresses request bodies: less network for more CPU. */
    public ElasticsearchOptions withCompression() {
        return copy(copy -> copy.compressed = true);
    }

    /** Sends these with every request, beside what the kit sends. */
    public ElasticsearchOptions withHeaders(Map<String, String> headers) {
        return copy(copy -> copy.headers = headers);
    }

    private ElasticsearchOptions copy(Consumer<Copy> change) {
        Copy copy = new Copy(this);
        change.accept(copy);
        return copy.options();
    }

    /** Options in the making: all of others, until some are changed. */
    private static final class Copy {

        private final List<String> hosts;
        private final String index;
        private Authentication authentication;
        private @Nullable String pathPrefix;
        private @Nullable String caCertificate;
        private @Nullable String caFingerprint;
        private Duration connectTimeout;
        private Duration socketTimeout;
        private Duration connectionRequestTimeout;
        private Map<String, String> headers;
        private boolean compressed;

        Copy(ElasticsearchOptions of) {
            this.hosts = of.hosts;
            this.index = of.index;
            this.authentication = of.authentication;
            this.pathPrefix = of.pathPrefix;
            this.caCertificate = of.caCertificate;
            this.caFingerprint = of.caFingerprint;
            this.connectTimeout = of.connectTimeout;
            this.socketTimeout = of.socketTimeout;
            this.connectionRequestTimeout = of.connectionRequestTimeout;
            this.headers = of.headers;
            this.compressed = of.compressed;
        }

        ElasticsearchOptions options() {
            return new ElasticsearchOptions(
                    hosts,
                    index,
                    authentication,
                    pathPrefix,
                    caCertificate,
                    caFingerprint,
                    connectTimeout,
                    socketTimeout,
                    connectionRequestTimeout,
                    headers,
                    compressed);
        }
    }

    /** Masks whatever may be a secret. */
    @Override
    public String toString() {
        return "ElasticsearchOptions[hosts=" + hosts + ", index=" + index + ", authentication=" + authentication
                + ", pathPrefix=" + pathPrefix + ", caCertificate=" + caCertificate + ", caFingerprint="
                + caFingerprint + ", connectTimeout=" + connectTimeout + ", socketTimeout=" + socketTimeout
                + ", connectionRequestTimeout=" + connectionRequestTimeout + ", headers="
                + new TreeSet<>(headers.keySet()) + ", compressed=" + compressed + "]";
    }
}
