package io.kafscale.config;

import io.kafscale.processor.Sink;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/** {@code sink: http}: records are sent to a URL. */
final class HttpSinkFactory implements SinkFactory {

    static final Option<URI> URL =
            Option.url("url", "Where batches are sent to, by POST.").required();
    static final Option<String> AUTHORIZATION =
            Option.secret("authorization", "The value of the header Authorization, such as Bearer and a token.");
    static final Option<Duration> TIMEOUT =
            Option.seconds("timeout_seconds", "How long an answer may take.").orElse(Duration.ofSeconds(30));
    static final Option<Long> MAX_RECORDS = Option.count(
                    "max_records",
                    1,
                    "Records in one request, at most; a batch with more is sent in several, in order.")
            .orElse(500L);

    @Override
    public String type() {
        return "http";
    }

    @Override
    public List<Option<?>> options() {
        return List.of(URL, AUTHORIZATION, TIMEOUT, MAX_RECORDS);
    }

    @Override
    public Sink create(SinkConfig config) {
        return new HttpSink(client(config), config);
    }

    /** Any answer will do: what it would say to a batch only a batch can tell. */
    @Override
    public String check(SinkConfig config) throws IOException {
        HttpRequest request = HttpSink.request(config)
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .build();
        int status = HttpSink.send(client(config), request, BodyHandlers.discarding())
                .statusCode();
        return "answers (" + status + " to OPTIONS)";
    }

    private static HttpClient client(SinkConfig config) {
        return HttpClient.newBuilder()
                .connectTimeout(config.get(TIMEOUT))
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }
}
