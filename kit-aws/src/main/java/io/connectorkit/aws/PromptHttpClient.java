package io.connectorkit.aws;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * The SDK's Netty client on an I/O thread of its own that ends at once: the SDK's own group stays quiet for two seconds
 * first, which every restart of a job would wait for. Closes the credentials with it, for the SDK leaves them open.
 */
final class PromptHttpClient implements SdkAsyncHttpClient {

    private final NioEventLoopGroup threads;
    private final SdkAsyncHttpClient client;

    private final RenewableCredentials signer;

    private PromptHttpClient(Builder builder, AttributeMap defaults) {
        NettyNioAsyncHttpClient.Builder netty = builder.netty;
        this.signer = builder.signer;
        DefaultThreadFactory names = new DefaultThreadFactory("kit-aws-io", true);
        threads = builder.protocol == Protocol.HTTP2 ? new Http2Threads(names) : new NioEventLoopGroup(1, names);
        client = netty.eventLoopGroup(SdkEventLoopGroup.create(threads)).buildWithDefaults(defaults);
    }

    /** Closed together with the service client that it is built for. */
    static Builder builder(
            NettyNioAsyncHttpClient.Builder netty,
            Protocol protocol,
            RenewableCredentials signer,
            boolean trustsAnyCertificate) {
        return new Builder(netty, protocol, signer, trustsAnyCertificate);
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

    /**
     * Channels on one thread, everything else on another: the SDK's HTTP/2 pool, when it closes, blocks the thread that
     * it is on until the channels have closed on theirs.
     */
    private static final class Http2Threads extends NioEventLoopGroup {

        Http2Threads(DefaultThreadFactory names) {
            super(2, names);
        }

        private EventLoop channels() {
            return (EventLoop) iterator().next();
        }

        @Override
        public EventLoop next() {
            Iterator<EventExecutor> loops = iterator();
            loops.next();
            return (EventLoop) loops.next();
        }

        @Override
        public ChannelFuture register(Channel channel) {
            return channels().register(channel);
        }

        @Override
        public ChannelFuture register(ChannelPromise promise) {
            return channels().register(promise);
        }
    }

    static final class Builder implements SdkAsyncHttpClient.Builder<Builder> {
        private final NettyNioAsyncHttpClient.Builder netty;
        private final Protocol protocol;
        private final RenewableCredentials signer;
        private final boolean trustsAnyCertificate;

        private Builder(
                NettyNioAsyncHttpClient.Builder netty,
                Protocol protocol,
                RenewableCredentials signer,
                boolean trustsAnyCertificate) {
            this.netty = netty;
            this.protocol = protocol;
            this.signer = signer;
            this.trustsAnyCertificate = trustsAnyCertificate;
        }

        @Override
        public SdkAsyncHttpClient buildWithDefaults(AttributeMap defaults) {
            AttributeMap trust = AttributeMap.builder()
                    .put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, trustsAnyCertificate)
                    .build();
            return new PromptHttpClient(this, trust.merge(defaults));
        }
    }
}
