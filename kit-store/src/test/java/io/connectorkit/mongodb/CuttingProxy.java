package io.connectorkit.mongodb;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A TCP proxy on loopback that cuts connections, all at once or each when it has answered a few times. */
final class CuttingProxy implements AutoCloseable {

    private final ServerSocket listening;
    private final InetSocketAddress target;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final AtomicInteger cuts = new AtomicInteger();
    private volatile boolean down;
    private volatile int answersBeforeCut = Integer.MAX_VALUE;

    private CuttingProxy(ServerSocket listening, InetSocketAddress target) {
        this.listening = listening;
        this.target = target;
    }

    /** In front of {@code host:port}. */
    static CuttingProxy to(String address) throws IOException {
        int colon = address.indexOf(':');
        String host = colon < 0 ? address : address.substring(0, colon);
        int port = colon < 0 ? 27017 : Integer.parseInt(address.substring(colon + 1));
        CuttingProxy proxy = new CuttingProxy(
                new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), new InetSocketAddress(host, port));
        daemon(proxy::accept);
        return proxy;
    }

    String uri() {
        return "mongodb://127.0.0.1:" + listening.getLocalPort();
    }

    /** From now on nobody is let in, and who is in is thrown out; or all is well again. */
    void down(boolean down) throws IOException {
        this.down = down;
        if (down) {
            cutAll();
        }
    }

    void cutAll() throws IOException {
        for (Socket socket = sockets.poll(); socket != null; socket = sockets.poll()) {
            socket.close();
        }
    }

    /** Each connection is cut in the middle of its answer number {@code answers}. */
    void cutEvery(int answers) {
        answersBeforeCut = answers;
    }

    int cuts() {
        return cuts.get();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listening.accept();
            if (down) {
                client.close();
                continue;
            }
            Socket server = new Socket();
            server.connect(target);
            sockets.add(client);
            sockets.add(server);
            daemon(() -> pump(client, server, false));
            daemon(() -> pump(server, client, true));
        }
    }

    private void pump(Socket from, Socket to, boolean answers) throws IOException {
        byte[] buffer = new byte[65_536];
        int seen = 0;
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (answers && ++seen >= answersBeforeCut) {
                    out.write(buffer, 0, read / 2);
                    cuts.incrementAndGet();
                    return;
                }
                out.write(buffer, 0, read);
                out.flush();
            }
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void daemon(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException closed) {
                        // One of the two ends hung up: so does this thread.
                        return;
                    }
                },
                "cutting-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        cutAll();
    }
}
