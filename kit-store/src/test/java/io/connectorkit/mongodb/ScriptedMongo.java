package io.connectorkit.mongodb;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * A MongoDB server of the test's own making: speaks the wire protocol, keeps documents in memory, and answers what the
 * script says. Poses as what the in-process server cannot be: a replica set with transactions, or a sharded cluster.
 *
 * <p>Protocol: OP_MSG with both kinds of sections, and OP_QUERY for the first handshake (MongoDB, "Wire Protocol").
 */
final class ScriptedMongo implements AutoCloseable {

    /** What the server says it is. */
    enum Topology {
        STANDALONE,
        REPLICA_SET,
        SHARDED
    }

    private static final int OP_REPLY = 1;
    private static final int OP_QUERY = 2004;
    private static final int OP_MSG = 2013;

    private final ServerSocket listening;
    private final Topology topology;
    private final ScriptedStore store = new ScriptedStore();
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final Queue<BsonDocument> received = new ConcurrentLinkedQueue<>();
    private final List<Line> script = new ArrayList<>();

    private ScriptedMongo(ServerSocket listening, Topology topology) {
        this.listening = listening;
        this.topology = topology;
    }

    static ScriptedMongo start(Topology topology) throws IOException {
        ScriptedMongo server = new ScriptedMongo(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), topology);
        daemon(server::accept);
        return server;
    }

    String uri() {
        return "mongodb://" + address() + (topology == Topology.REPLICA_SET ? "/?replicaSet=rs" : "");
    }

    private String address() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    /** The documents of {@code database.collection}, live. */
    ScriptedStore store() {
        return store;
    }

    /** Commands so far, the driver's own housekeeping left out; payload sections as arrays. */
    List<BsonDocument> received(String command) {
        return received.stream()
                .filter(body -> body.getFirstKey().equals(command))
                .toList();
    }

    // ------------------------------------------------------------------ script

    /** The next {@code times} such commands are answered with {@code answer} and not carried out. */
    ScriptedMongo answer(String command, int times, String answer) {
        return line(command, times, body -> BsonDocument.parse(answer), null, false);
    }

    /** The next {@code times} such commands fail as a whole, with {@code labels}. */
    ScriptedMongo fail(String command, int times, int code, String name, String... labels) {
        BsonDocument error = new BsonDocument("ok", new BsonDouble(0))
                .append("code", new BsonInt32(code))
                .append("codeName", new BsonString(name))
                .append("errmsg", new BsonString("scripted"));
        if (labels.length > 0) {
            BsonArray all = new BsonArray();
            for (String label : labels) {
                all.add(new BsonString(label));
            }
            error.append("errorLabels", all);
        }
        return line(command, times, body -> error, null, false);
    }

    /** The next {@code times} such commands are carried out and their answer is changed. */
    ScriptedMongo amend(String command, int times, UnaryOperator<BsonDocument> change) {
        return line(command, times, null, change, false);
    }

    /** The next {@code times} such commands are carried out and the connection is cut instead of an answer. */
    ScriptedMongo cutAfter(String command, int times) {
        return line(command, times, null, null, true);
    }

    private synchronized ScriptedMongo line(
            String command,
            int times,
            @Nullable UnaryOperator<BsonDocument> instead,
            @Nullable UnaryOperator<BsonDocument> change,
            boolean cut) {
        script.add(new Line(command, times, instead, change, cut));
        return this;
    }

    private synchronized @Nullable Line nextLine(String command) {
        for (Line line : script) {
            if (line.command.equals(command) && line.left > 0) {
                line.left--;
                return line;
            }
        }
        return null;
    }

    private static final class Line {
        final String command;
        final @Nullable UnaryOperator<BsonDocument> instead;
        final @Nullable UnaryOperator<BsonDocument> change;
        final boolean cut;
        int left;

        Line(
                String command,
                int times,
                @Nullable UnaryOperator<BsonDocument> instead,
                @Nullable UnaryOperator<BsonDocument> change,
                boolean cut) {
            this.command = command;
            this.left = times;
            this.instead = instead;
            this.change = change;
            this.cut = cut;
        }
    }

    // ------------------------------------------------------------------ commands

    /** Null cuts the connection. */
    private @Nullable BsonDocument answer(BsonDocument body) {
        String command = body.getFirstKey();
        if (command.equalsIgnoreCase("hello") || command.equalsIgnoreCase("isMaster")) {
            return hello();
        } else if (command.equals("endSessions")) {
            return ok();
        }
        received.add(body);
        Line line = nextLine(command);
        if (line != null && line.instead != null) {
            return line.instead.apply(body);
        }
        BsonDocument answer = store.run(body);
        if (line != null && line.cut) {
            return null;
        }
        return line == null || line.change == null ? answer : line.change.apply(answer);
    }

    static BsonDocument ok() {
        return new BsonDocument("ok", new BsonDouble(1));
    }

    private BsonDocument hello() {
        String more =
                switch (topology) {
                    case STANDALONE -> "";
                    case REPLICA_SET ->
                        ", setName: 'rs', setVersion: 1, secondary: false, hosts: ['" + address() + "'], primary: '"
                                + address() + "', me: '" + address() + "'";
                    case SHARDED -> ", msg: 'isdbgrid'";
                };
        return BsonDocument.parse("{helloOk: true, ismaster: true, isWritablePrimary: true, minWireVersion: 0,"
                + " maxWireVersion: 21, maxBsonObjectSize: 16777216, maxMessageSizeBytes: 48000000,"
                + " maxWriteBatchSize: 100000, logicalSessionTimeoutMinutes: 30, readOnly: false, ok: 1.0" + more
                + "}");
    }

    // ------------------------------------------------------------------ wire

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
                "scripted-mongo");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket socket = listening.accept();
            sockets.add(socket);
            daemon(() -> serve(socket));
        }
    }

    private void serve(Socket socket) throws IOException {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] length = new byte[4];
            while (true) {
                in.readFully(length);
                ByteBuffer message =
                        ByteBuffer.allocate(little(length).getInt(0)).order(ByteOrder.LITTLE_ENDIAN);
                in.readFully(message.array(), 4, message.capacity() - 4);
                int request = message.getInt(4);
                int opCode = message.getInt(12);
                message.position(16);
                BsonDocument answer = answer(opCode == OP_QUERY ? query(message) : body(message));
                if (answer == null) {
                    return;
                }
                reply(socket.getOutputStream(), request, opCode, answer);
            }
        }
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static BsonDocument query(ByteBuffer message) {
        message.getInt();
        cstring(message);
        message.getLong();
        return document(message);
    }

    /** The body section, with each sequence of documents as an array in it. */
    private static BsonDocument body(ByteBuffer message) {
        message.getInt();
        BsonDocument body = new BsonDocument();
        BsonDocument sequences = new BsonDocument();
        while (message.hasRemaining()) {
            if (message.get() == 0) {
                body = document(message);
            } else {
                int end = message.position() + message.getInt(message.position());
                message.getInt();
                String name = cstring(message);
                BsonArray documents = new BsonArray();
                while (message.position() < end) {
                    documents.add(document(message));
                }
                sequences.put(name, documents);
            }
        }
        body.putAll(sequences);
        return body;
    }

    private static String cstring(ByteBuffer message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte next = message.get(); next != 0; next = message.get()) {
            bytes.write(next);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static BsonDocument document(ByteBuffer message) {
        int length = message.getInt(message.position());
        byte[] bytes = new byte[length];
        message.get(bytes);
        BsonDocument document = new BsonDocument();
        document.putAll(new RawBsonDocument(bytes));
        return document;
    }

    private static void reply(OutputStream out, int request, int opCode, BsonDocument answer) throws IOException {
        byte[] document = new BsonPayload().encode(answer);
        boolean query = opCode == OP_QUERY;
        int length = 16 + (query ? 20 : 5) + document.length;
        ByteBuffer message = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        message.putInt(length).putInt(0).putInt(request).putInt(query ? OP_REPLY : OP_MSG);
        if (query) {
            message.putInt(8).putLong(0).putInt(0).putInt(1);
        } else {
            message.putInt(0).put((byte) 0);
        }
        out.write(message.put(document).array());
        out.flush();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
