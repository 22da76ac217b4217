package io.kafscale.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;

/** Answers some requests with 503 SlowDown, and lets others time out, as S3 does when it is asked too much. */
final class ThrottledHttpClient implements SdkHttpClient {

    private static final String SLOW_DOWN = "<Error><Code>SlowDown</Code><Message>Please reduce your request rate."
            + "</Message><RequestId>4711</RequestId></Error>";

    private final SdkHttpClient client;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();

    ThrottledHttpClient(SdkHttpClient client) {
        this.client = client;
    }

    int refused() {
        return refused.get();
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        int turn = requests.getAndIncrement() % 5;
        if (turn == 1 || turn == 2) {
            return refusal(turn == 1);
        }
        return client.prepareRequest(request);
    }

    private ExecutableHttpRequest refusal(boolean slowDown) {
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                refused.incrementAndGet();
                if (!slowDown) {
                    throw new SocketTimeoutException("Read timed out");
                }
                return HttpExecuteResponse.builder()
                        .response(SdkHttpResponse.builder()
                                .statusCode(503)
                                .putHeader("Content-Type", "application/xml")
                                .build())
                        .responseBody(AbortableInputStream.create(new ByteArrayInputStream(SLOW_DOWN.getBytes(UTF_8))))
                        .build();
            }

            @Override
            public void abort() {}
        };
    }

    @Override
    public String clientName() {
        return "throttled " + client.clientName();
    }

    @Override
    public void close() {
        client.close();
    }
}
