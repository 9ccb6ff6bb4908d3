package io.connectorkit.aws;

import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * The SDK's Netty client on one I/O thread of its own that ends at once: the SDK's own group stays quiet for two seconds
 * first, which every restart of a job would wait for.
 */
final class PromptHttpClient implements SdkAsyncHttpClient {

    private final NioEventLoopGroup threads;
    private final SdkAsyncHttpClient client;

    private PromptHttpClient(NettyNioAsyncHttpClient.Builder netty, AttributeMap defaults) {
        threads = new NioEventLoopGroup(1, new DefaultThreadFactory("kit-aws-io", true));
        client = netty.eventLoopGroup(SdkEventLoopGroup.create(threads)).buildWithDefaults(defaults);
    }

    /** Closed together with the service client that it is built for. */
    static Builder builder(NettyNioAsyncHttpClient.Builder netty) {
        return new Builder(netty);
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
        var unused = threads.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    static final class Builder implements SdkAsyncHttpClient.Builder<Builder> {
        private final NettyNioAsyncHttpClient.Builder netty;

        private Builder(NettyNioAsyncHttpClient.Builder netty) {
            this.netty = netty;
        }

        @Override
        public SdkAsyncHttpClient buildWithDefaults(AttributeMap defaults) {
            return new PromptHttpClient(netty, defaults);
        }
    }
}
