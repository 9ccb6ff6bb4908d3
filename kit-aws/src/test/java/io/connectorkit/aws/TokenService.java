package io.connectorkit.aws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/** The security token service over HTTP in this process: numbers the keys that it gives out, or refuses. */
public final class TokenService implements AutoCloseable {

    private final HttpServer server;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile String refusal = "";

    private TokenService(HttpServer server) {
        this.server = server;
        server.createContext("/", this::answer);
        server.start();
    }

    public static TokenService start() {
        try {
            return new TokenService(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Each request as its form, with who signed it. */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    /** Refuses all requests from now on: status and code, as {@code 403 AccessDenied}. */
    public void refuse(String refusal) {
        this.refusal = refusal;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(URLDecoder.decode(form, StandardCharsets.UTF_8) + " signed by "
                    + Objects.toString(exchange.getRequestHeaders().getFirst("Authorization"), "nobody"));
            String[] refused = refusal.split(" ");
            byte[] answer = (refusal.isEmpty() ? keys(form) : refusal(refused[1])).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(refusal.isEmpty() ? 200 : Integer.parseInt(refused[0]), answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private String keys(String form) {
        String action = form.replaceFirst("(?s).*Action=([A-Za-z]+).*", "$1");
        return "<" + action + "Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><" + action
                + "Result><Credentials><AccessKeyId>ASIATEMP" + asked.size()
                + "</AccessKeyId><SecretAccessKey>temp</SecretAccessKey><SessionToken>token</SessionToken>"
                + "<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></" + action + "Result></" + action
                + "Response>";
    }

    private static String refusal(String code) {
        return "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>"
                + code + "</Code><Message>as the test wants it</Message></Error><RequestId>1</RequestId>"
                + "</ErrorResponse>";
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
