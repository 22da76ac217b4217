package io.kafscale.config;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** An HTTP server that takes batches, or refuses them. */
final class HttpReceiver implements AutoCloseable {

    /** What came. */
    record Received(String method, @Nullable String authorization, JsonNode body, int answer) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final AtomicInteger status = new AtomicInteger();

    private HttpReceiver(HttpServer server, int status) {
        this.server = server;
        this.status.set(status);
    }

    static HttpReceiver answering(int status) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        HttpReceiver receiver = new HttpReceiver(server, status);
        server.createContext("/", receiver::handle);
        server.start();
        return receiver;
    }

    void answer(int newStatus) {
        status.set(newStatus);
    }

    String url() {
        return "http://localhost:" + server.getAddress().getPort() + "/batches";
    }

    List<Received> received() {
        return received;
    }

    private void handle(HttpExchange exchange) throws IOException {
        int answer = status.get();
        byte[] body = exchange.getRequestBody().readAllBytes();
        received.add(new Received(
                exchange.getRequestMethod(),
                exchange.getRequestHeaders().getFirst("Authorization"),
                body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body),
                answer));
        byte[] text = "full up".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Location", "/elsewhere");
        exchange.sendResponseHeaders(answer, answer == 204 ? -1 : text.length);
        if (answer != 204) {
            exchange.getResponseBody().write(text);
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
