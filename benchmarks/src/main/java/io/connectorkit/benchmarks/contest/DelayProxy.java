package io.connectorkit.benchmarks.contest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/** A TCP proxy on loopback through which everything takes a fixed time longer, whatever its size: a server far away. */
public final class DelayProxy implements AutoCloseable {

    private record Piece(byte[] bytes, long dueNanos) {}

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final InetSocketAddress target;
    private final long delayNanos;

    private DelayProxy(InetSocketAddress target, long delayNanos) throws IOException {
        this.target = target;
        this.delayNanos = delayNanos;
    }

    /** To {@code target}; {@code oneWayNanos} in each direction. */
    public static DelayProxy to(InetSocketAddress target, long oneWayNanos) throws IOException {
        DelayProxy proxy = new DelayProxy(target, oneWayNanos);
        daemon(proxy::accept);
        return proxy;
    }

    public int port() {
        return listening.getLocalPort();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listening.accept();
            Socket server = new Socket();
            server.connect(target);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            sockets.add(client);
            sockets.add(server);
            pipe(client, server);
            pipe(server, client);
        }
    }

    private void pipe(Socket from, Socket to) {
        BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
        daemon(() -> {
            byte[] buffer = new byte[65_536];
            InputStream in = from.getInputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                pieces.add(new Piece(Arrays.copyOf(buffer, read), System.nanoTime() + delayNanos));
            }
        });
        daemon(() -> {
            OutputStream out = to.getOutputStream();
            while (true) {
                Piece piece = pieces.take();
                for (long left = piece.dueNanos() - System.nanoTime();
                        left > 0;
                        left = piece.dueNanos() - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                out.write(piece.bytes());
            }
        });
    }

    private interface Task {
        void run() throws IOException, InterruptedException;
    }

    private static void daemon(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException | InterruptedException closed) {
                        // One of the two ends hung up: so does this thread.
                        return;
                    }
                },
                "delay-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
