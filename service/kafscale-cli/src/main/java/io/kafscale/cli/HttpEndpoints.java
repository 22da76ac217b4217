package io.kafscale.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Serves {@code /metrics}, {@code /healthz} and {@code /readyz}. */
final class HttpEndpoints implements AutoCloseable {

    private static final int THREADS = 4;
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
        Thread thread = new Thread(task, "kafscale-http");
        thread.setDaemon(true);
        return thread;
    });

    private HttpEndpoints(HttpServer server) {
        this.server = server;
    }

    private interface Question {
        HealthProbe.Finding ask() throws InterruptedException;
    }

    /**
     * Begins to serve.
     *
     * @throws IOException when the port is taken; names it
     */
    static HttpEndpoints start(String host, int port, HealthProbe probe, MetricsEndpoint metrics) throws IOException {
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(host, port), 0);
        } catch (IOException | RuntimeException e) {
            throw new IOException(
                    "cannot listen at " + host + ":" + port + " (" + e.getMessage()
                            + "); choose another http.port or http.host",
                    e);
        }
        HttpEndpoints endpoints = new HttpEndpoints(server);
        server.setExecutor(endpoints.threads);
        server.createContext("/metrics", metrics);
        server.createContext("/healthz", answering(probe::live));
        server.createContext("/readyz", answering(probe::ready));
        server.start();
        return endpoints;
    }

    int port() {
        return server.getAddress().getPort();
    }

    private static HttpHandler answering(Question question) {
        return exchange -> {
            try {
                HealthProbe.Finding finding = question.ask();
                answer(exchange, finding);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                exchange.close();
            }
        };
    }

    private static void answer(HttpExchange exchange, HealthProbe.Finding finding) throws IOException {
        byte[] body = (finding.message() + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(finding.isWell() ? OK : UNAVAILABLE, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
