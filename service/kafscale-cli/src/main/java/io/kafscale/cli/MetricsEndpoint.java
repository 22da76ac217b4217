package io.kafscale.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * Serves metrics to Prometheus.
 *
 * @param text the metrics in Prometheus' text format, asked for at each scrape; on several threads
 */
record MetricsEndpoint(Supplier<String> text) implements HttpHandler {

    private static final int OK = 200;

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        byte[] body = text.get().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
        exchange.sendResponseHeaders(OK, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
