package io.connectorkit.aws;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.client.builder.AwsAsyncClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.ProtocolNegotiation;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;

/**
 * How a client of an AWS service is reached, signed and bounded.
 *
 * @param region the region's id; null takes it from the SDK's own chain (environment, profile, instance)
 * @param endpoint address that replaces the service's own, for emulators and private endpoints; needs a region, because
 *     the region is part of what a request is signed with
 * @param credentials where the signing keys come from
 * @param maxConnections most requests of one client at a time: a source subtask needs one for each shard it reads
 * @param connectTimeout longest time to open a connection
 * @param requestTimeout longest time a request may take
 * @param trustsAnyCertificate whether an endpoint is taken for what it says it is: for emulators only
 * @param protocol version of HTTP, where the service speaks both; what needs HTTP/2 (enhanced fan-out) uses it anyway
 */
public record AwsOptions(
        @Nullable String region,
        @Nullable URI endpoint,
        AwsCredentials credentials,
        int maxConnections,
        Duration connectTimeout,
        Duration requestTimeout,
        boolean trustsAnyCertificate,
        Protocol protocol)
        implements Serializable {

    private static final int HTTP2_WINDOW_BYTES = 512 << 10;
    private static final Duration HTTP2_PING_PERIOD = Duration.ofSeconds(10);

    private static final Pattern REGION = Pattern.compile("[a-z]{2,}(-[a-z]+)+-[0-9]{1,2}");

    public AwsOptions {
        Objects.requireNonNull(credentials, "credentials");
        Objects.requireNonNull(connectTimeout, "connectTimeout");
        Objects.requireNonNull(requestTimeout, "requestTimeout");
        Objects.requireNonNull(protocol, "protocol");
        List<String> problems = new ArrayList<>();
        if (region != null && !REGION.matcher(region).matches()) {
            problems.add("aws.region must be the id of a region like eu-west-1, got '" + region + "'");
        }
        if (endpoint != null) {
            checkEndpoint(problems, endpoint);
            if (region == null) {
                problems.add("aws.region must be set when aws.endpoint is (" + endpoint
                        + "), got none; the region is part of what every request is signed with,"
                        + " and a private endpoint does not tell it");
            }
        }
        if (maxConnections < 1) {
            problems.add("aws.http.max-connections must be at least 1, got " + maxConnections);
        }
        if (connectTimeout.toMillis() < 1) {
            problems.add("aws.http.connect-timeout must be at least 1 ms, got " + connectTimeout);
        }
        if (requestTimeout.toMillis() < 1) {
            problems.add("aws.request-timeout must be at least 1 ms, got " + requestTimeout);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    private static void checkEndpoint(List<String> problems, URI endpoint) {
        String scheme = endpoint.getScheme();
        boolean http = scheme != null
                && (scheme.toLowerCase(Locale.ROOT).equals("http")
                        || scheme.toLowerCase(Locale.ROOT).equals("https"));
        if (!http || endpoint.getHost() == null) {
            problems.add("aws.endpoint must be an http or https address with a host, got '" + endpoint + "'");
        } else if (endpoint.getUserInfo() != null) {
            problems.add("aws.endpoint must not hold a user or a password; set aws.credentials");
        }
    }

    /** Where requests go, for messages: {@code region eu-west-1}, with the endpoint where it is not the service's own. */
    public String place() {
        return (region == null ? "the region of the SDK's own chain" : "region " + region)
                + (endpoint == null ? "" : " at " + endpoint);
    }

    /** Region and credentials from the SDK's own chains, 256 connections, requests of at most 20 s. */
    public static AwsOptions defaults() {
        return new AwsOptions(
                null,
                null,
                AwsCredentials.defaultChain(),
                256,
                Duration.ofSeconds(5),
                Duration.ofSeconds(20),
                false,
                Protocol.HTTP1_1);
    }

    /** {@link #defaults()} in a region. */
    public static AwsOptions of(String region) {
        return defaults().withRegion(region);
    }

    public AwsOptions withRegion(String region) {
        return with(copy -> copy.region = region);
    }

    /** Sets address and signing region together, so that no order of calls is wrong. */
    public AwsOptions withEndpoint(URI endpoint, String region) {
        return with(copy -> {
            copy.endpoint = endpoint;
            copy.region = region;
        });
    }

    public AwsOptions withCredentials(AwsCredentials credentials) {
        return with(copy -> copy.credentials = credentials);
    }

    public AwsOptions withMaxConnections(int maxConnections) {
        return with(copy -> copy.maxConnections = maxConnections);
    }

    public AwsOptions withTimeouts(Duration connectTimeout, Duration requestTimeout) {
        return with(copy -> {
            copy.connectTimeout = connectTimeout;
            copy.requestTimeout = requestTimeout;
        });
    }

    /** Checks no certificate: for emulators, which sign their own. */
    public AwsOptions trustingAnyCertificate() {
        return with(copy -> copy.trustsAnyCertificate = true);
    }

    /** HTTP/2 carries many requests over one connection; not every service and endpoint speaks it. */
    public AwsOptions withProtocol(Protocol protocol) {
        return with(copy -> copy.protocol = protocol);
    }

    private AwsOptions with(Consumer<Copy> change) {
        Copy copy = new Copy(this);
        change.accept(copy);
        return copy.options();
    }

    /** Options on their way to other ones. */
    private static final class Copy {

        private @Nullable String region;
        private @Nullable URI endpoint;
        private AwsCredentials credentials;
        private int maxConnections;
        private Duration connectTimeout;
        private Duration requestTimeout;
        private boolean trustsAnyCertificate;
        private Protocol protocol;

        Copy(AwsOptions of) {
            this.region = of.region;
            this.endpoint = of.endpoint;
            this.credentials = of.credentials;
            this.maxConnections = of.maxConnections;
            this.connectTimeout = of.connectTimeout;
            this.requestTimeout = of.requestTimeout;
            this.trustsAnyCertificate = of.trustsAnyCertificate;
            this.protocol = of.protocol;
        }

        AwsOptions options() {
            return new AwsOptions(
                    region,
                    endpoint,
                    credentials,
                    maxConnections,
                    connectTimeout,
                    requestTimeout,
                    trustsAnyCertificate,
                    protocol);
        }
    }

    /**
     * Applies these options to an SDK builder and builds the asynchronous client: Netty with one I/O thread, no retries
     * of the SDK's own (the engine above counts and spaces them), and futures completed on the I/O thread, so that what
     * is chained to them must not block.
     */
    public <B extends AwsClientBuilder<B, C> & AwsAsyncClientBuilder<B, C>, C> C build(B builder) {
        return build(builder, protocol);
    }

    /** {@link #build(AwsClientBuilder)} over a version of HTTP that the service needs. */
    public <B extends AwsClientBuilder<B, C> & AwsAsyncClientBuilder<B, C>, C> C build(B builder, Protocol protocol) {
        return build(builder, protocol, RenewableCredentials.of(this));
    }

    /** {@link #build(AwsClientBuilder, Protocol)} with credentials that the caller may renew; closed with the client. */
    public <B extends AwsClientBuilder<B, C> & AwsAsyncClientBuilder<B, C>, C> C build(
            B builder, Protocol protocol, RenewableCredentials signer) {
        builder.credentialsProvider(signer)
                .overrideConfiguration(ClientOverrideConfiguration.builder()
                        .retryStrategy(AwsRetryStrategy.doNotRetry())
                        .apiCallTimeout(requestTimeout)
                        .build())
                .asyncConfiguration(async ->
                        async.advancedOption(SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run))
                .httpClientBuilder(PromptHttpClient.builder(http(protocol), protocol, signer, trustsAnyCertificate));
        if (region != null) {
            builder.region(Region.of(region));
        }
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
        }
        return builder.build();
    }

    private NettyNioAsyncHttpClient.Builder http(Protocol protocol) {
        NettyNioAsyncHttpClient.Builder http = NettyNioAsyncHttpClient.builder()
                .protocol(protocol)
                .maxConcurrency(maxConnections)
                .maxPendingConnectionAcquires(10 * maxConnections)
                .connectionAcquisitionTimeout(requestTimeout)
                .connectionTimeout(connectTimeout)
                .readTimeout(requestTimeout);
        if (protocol == Protocol.HTTP2) {
            // Emulators speak HTTP/2 only to who asks for it.
            boolean plain = endpoint != null && "http".equalsIgnoreCase(endpoint.getScheme());
            http.protocolNegotiation(plain ? ProtocolNegotiation.ASSUME_PROTOCOL : ProtocolNegotiation.ALPN);
            // What a stream may hold unread, and how a connection that died in silence is noticed.
            http.http2Configuration(
                    http2 -> http2.initialWindowSize(HTTP2_WINDOW_BYTES).healthCheckPingPeriod(HTTP2_PING_PERIOD));
        }
        return http;
    }
}
