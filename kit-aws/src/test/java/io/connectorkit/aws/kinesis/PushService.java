package io.connectorkit.aws.kinesis;

import io.connectorkit.aws.AwsCredentials;
import io.connectorkit.aws.AwsOptions;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamFrame;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/** Kinesis over HTTP/2 without TLS, where the test pushes every event and breaks every connection. */
final class PushService implements AutoCloseable {

    /** A SubscribeToShard that was asked for: its stream stays open until the test ends it. */
    static final class Push {
        final String body;
        private final Channel stream;

        Push(String body, Channel stream) {
            this.body = body;
            this.stream = stream;
        }

        /** Whether both go over one connection. */
        boolean isBeside(Push other) {
            return stream.parent() == other.stream.parent();
        }

        void accept() {
            head(stream, 200, "application/vnd.amazon.eventstream");
            send(stream, message("initial-response", "{}"), false);
        }

        /** One record, whose payload is {@code text}; no continuation for the end of the shard. */
        void event(String sequenceNumber, String text, String continuation) {
            String data = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
            String event = "{\"Records\":[{\"SequenceNumber\":\"" + sequenceNumber
                    + "\",\"ApproximateArrivalTimestamp\":1700000000.0,\"Data\":\"" + data
                    + "\",\"PartitionKey\":\"k\"}],\"MillisBehindLatest\":0"
                    + (continuation == null ? "" : ",\"ContinuationSequenceNumber\":\"" + continuation + "\"") + "}";
            send(stream, message("SubscribeToShardEvent", event), false);
        }

        void end() {
            send(stream, new byte[0], true);
        }

        void reset() {
            stream.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
        }

        void goAway() {
            stream.parent().writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
            stream.parent().close();
        }

        void refuse(String code) {
            head(stream, 400, JSON);
            String body = "{\"__type\":\"" + code + "\",\"message\":\"scripted\"}";
            send(stream, body.getBytes(StandardCharsets.UTF_8), true);
        }
    }

    private static final String JSON = "application/x-amz-json-1.1";

    private final NioEventLoopGroup threads = new NioEventLoopGroup(1);
    private final Channel server;
    private final BlockingQueue<Push> pushes = new LinkedBlockingQueue<>();
    private final List<Channel> connections = new ArrayList<>();

    PushService() throws Exception {
        server = new ServerBootstrap()
                .group(threads)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        synchronized (connections) {
                            connections.add(connection);
                        }
                        connection
                                .pipeline()
                                .addLast(Http2FrameCodecBuilder.forServer().build())
                                .addLast(new Http2MultiplexHandler(new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel stream) {
                                        stream.pipeline().addLast(new Exchange());
                                    }
                                }));
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
    }

    AwsOptions options() {
        int port = ((InetSocketAddress) server.localAddress()).getPort();
        return AwsOptions.defaults()
                .withEndpoint(URI.create("http://127.0.0.1:" + port), "eu-west-1")
                .withCredentials(AwsCredentials.keys("local", "local"));
    }

    /** The next subscription that is asked for. */
    Push next() throws InterruptedException {
        Push push = pushes.poll(30, TimeUnit.SECONDS);
        if (push == null) {
            throw new AssertionError("no subscription was asked for");
        }
        return push;
    }

    int connections() {
        synchronized (connections) {
            return connections.size();
        }
    }

    /** One request and its answer. */
    private final class Exchange extends SimpleChannelInboundHandler<Http2StreamFrame> {
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private String target = "";

        @Override
        protected void channelRead0(ChannelHandlerContext context, Http2StreamFrame frame) {
            boolean last = false;
            if (frame instanceof Http2HeadersFrame headers) {
                target = String.valueOf(headers.headers().get("x-amz-target"));
                last = headers.isEndStream();
            } else if (frame instanceof Http2DataFrame data) {
                byte[] bytes = new byte[data.content().readableBytes()];
                data.content().readBytes(bytes);
                body.writeBytes(bytes);
                last = data.isEndStream();
            }
            if (last) {
                answer(context.channel());
            }
        }

        private void answer(Channel stream) {
            if (target.endsWith("SubscribeToShard")) {
                pushes.add(new Push(body.toString(StandardCharsets.ISO_8859_1), stream));
                return;
            }
            Map<String, Object> answer = target.endsWith("DescribeStreamConsumer")
                    ? Map.of(
                            "ConsumerDescription",
                            Map.of("ConsumerARN", "arn:c", "ConsumerName", "c", "ConsumerStatus", "ACTIVE"))
                    : target.endsWith("ListShards")
                            ? Map.of()
                            : Map.of("StreamDescriptionSummary", Map.of("RetentionPeriodHours", 24L));
            head(stream, 200, "application/x-amz-cbor-1.1");
            send(stream, cbor(answer), true);
        }
    }

    private static void head(Channel stream, int status, String type) {
        stream.writeAndFlush(new DefaultHttp2HeadersFrame(
                new DefaultHttp2Headers().status(Integer.toString(status)).set("content-type", type)));
    }

    private static void send(Channel stream, byte[] bytes, boolean last) {
        stream.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(bytes), last));
    }

    private static byte[] message(String type, String payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Message(
                        Map.of(
                                ":message-type",
                                HeaderValue.fromString("event"),
                                ":event-type",
                                HeaderValue.fromString(type),
                                ":content-type",
                                HeaderValue.fromString(JSON)),
                        payload.getBytes(StandardCharsets.UTF_8))
                .encode(out);
        return out.toByteArray();
    }

    /** Maps, texts and numbers, in which all but subscriptions are told. */
    private static byte[] cbor(Object value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(value, out);
        return out.toByteArray();
    }

    private static void write(Object value, ByteArrayOutputStream out) {
        if (value instanceof Map<?, ?> map) {
            start(5, map.size(), out);
            map.forEach((key, entry) -> {
                write(key, out);
                write(entry, out);
            });
        } else if (value instanceof Long number) {
            start(0, number, out);
        } else {
            byte[] text = value.toString().getBytes(StandardCharsets.UTF_8);
            start(3, text.length, out);
            out.writeBytes(text);
        }
    }

    private static void start(int major, long number, ByteArrayOutputStream out) {
        out.write(major << 5 | 27);
        for (int shift = 56; shift >= 0; shift -= 8) {
            out.write((int) (number >>> shift));
        }
    }

    @Override
    public void close() {
        server.close();
        threads.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
}
