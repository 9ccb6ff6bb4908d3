package io.connectorkit.aws;

import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * The SDK's Netty client on one I/O thread of its own that ends at once: the SDK's own group stays quiet for two seconds
 * first, which every restart of a job would wait for. Closes the credentials with it, for the SDK leaves them open.
 */
final class PromptHttpClient implements SdkAsyncHttpClient {

    private final NioEventLoopGroup threads;
    private final SdkAsyncHttpClient client;

    private final RenewableCredentials signer;

    private PromptHttpClient(
            NettyNioAsyncHttpClient.Builder netty, RenewableCredentials signer, AttributeMap defaults) {
        this.signer = signer;
        threads = new NioEventLoopGroup(1, new DefaultThreadFactory("kit-aws-io", true));
        client = netty.eventLoopGroup(SdkEventLoopGroup.create(threads)).buildWithDefaults(defaults);
    }

    /** Closed together with the service client that it is built for. */
    static Builder builder(
            NettyNioAsyncHttpClient.Builder netty, RenewableCredentials signer, boolean trustsAnyCertificate) {
        return new Builder(netty, signer, trustsAnyCertificate);
    }

    @Override
    public CompletableFuture<Void> execute(AsyncExecuteRequest request) {
        return client.execute(request);
    }

    @Override
    public String clientName() {
        return client.clientName();
    }

    @Override
    public void close() {
        client.close();
        signer.close();
        var unused = threads.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    static final class Builder implements SdkAsyncHttpClient.Builder<Builder> {
        private final NettyNioAsyncHttpClient.Builder netty;

        private final RenewableCredentials signer;
        private final boolean trustsAnyCertificate;

        private Builder(
                NettyNioAsyncHttpClient.Builder netty, RenewableCredentials signer, boolean trustsAnyCertificate) {
            this.netty = netty;
            this.signer = signer;
            this.trustsAnyCertificate = trustsAnyCertificate;
        }

        @Override
        public SdkAsyncHttpClient buildWithDefaults(AttributeMap defaults) {
            AttributeMap trust = AttributeMap.builder()
                    .put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, trustsAnyCertificate)
                    .build();
            return new PromptHttpClient(netty, signer, trust.merge(defaults));
        }
    }
}
