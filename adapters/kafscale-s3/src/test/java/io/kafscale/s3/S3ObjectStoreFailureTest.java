package io.kafscale.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kafscale.discovery.ListRequest;
import io.kafscale.discovery.ObjectChangedException;
import io.kafscale.discovery.ObjectEntry;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.s3.S3Client;

/** What a user is told when S3 answers badly, or not at all. The answers come from a bare server, byte for byte. */
class S3ObjectStoreFailureTest {

    private static final ObjectEntry LISTED = new ObjectEntry("ns/orders/0/a", 10, "\"e\"", Instant.EPOCH);

    @FunctionalInterface
    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private HttpServer server;
    private URI endpoint;
    private S3Client client;
    private S3ObjectStore store;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile Answer answer;
    private volatile HttpExchange asked;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked = exchange;
            answer.to(exchange);
            exchange.close();
        });
        server.start();
        endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        client = TestClients.builder(endpoint).build();
        store = S3ObjectStore.create(client, "data");
    }

    @AfterEach
    void stop() {
        over.countDown();
        client.close();
        server.stop(0);
    }

    @ParameterizedTest
    @CsvSource({
        "404, NoSuchBucket, 'there is no bucket data; check its name and the client''s endpoint'",
        "403, AccessDenied, 'access denied; check the client''s credentials, and that they are allowed s3:ListBucket'",
        "403, InvalidAccessKeyId, 'access denied; check the client''s credentials'",
        "301, PermanentRedirect, 'the bucket is in another region; set the client''s region to ap-south-1'",
        "400, AuthorizationHeaderMalformed, 'the bucket is in another region; set the client''s region to ap-south-1'",
        "503, SlowDown, 'the store is throttling or unavailable; the request may be repeated after a while'",
        "500, InternalError, 'the store refused'",
        "404, '', 'the store refused'"
    })
    void list_refused_saysWhereAndWhatToDo(int status, String code, String meaning) {
        answer = exchange -> refuse(exchange, status, code);

        IOException e = catchThrowableOfType(IOException.class, () -> store.list(ListRequest.of("ns/orders/")));
        assertThat(e)
                .isNotInstanceOf(ObjectChangedException.class)
                .hasMessageStartingWith("cannot list s3://data/ns/orders/ at " + endpoint + ": " + meaning)
                .hasMessageContaining("HTTP " + status + (code.isEmpty() ? "" : " " + code))
                .hasMessageContaining("request 4711");
        assertNoSecret(e);
    }

    @ParameterizedTest
    @CsvSource({
        "404, NoSuchBucket, 'there is no bucket data'",
        "403, AccessDenied, 'access denied; check the client''s credentials, and that they are allowed s3:GetObject'",
        "503, SlowDown, 'the store is throttling'",
        "416, InvalidRange, 'the store refused'"
    })
    void read_refused_isNeverTakenForAChange(int status, String code, String meaning) {
        answer = exchange -> refuse(exchange, status, code);

        IOException e = catchThrowableOfType(IOException.class, () -> store.read(LISTED));
        assertThat(e)
                .isNotInstanceOf(ObjectChangedException.class)
                .hasMessageStartingWith("cannot read s3://data/ns/orders/0/a at " + endpoint + ": " + meaning);
        assertNoSecret(e);
    }

    @ParameterizedTest
    @CsvSource({"412, PreconditionFailed, another ETag", "404, NoSuchKey, gone", "404, '', gone"})
    void read_objectChanged_saysToListAgain(int status, String code, String found) {
        answer = exchange -> refuse(exchange, status, code);

        assertThatExceptionOfType(ObjectChangedException.class)
                .isThrownBy(() -> store.read(LISTED))
                .withMessage("s3://data/ns/orders/0/a changed since it was listed (" + found + "); list again");
        assertThat(asked.getRequestHeaders().getFirst("If-Match")).isEqualTo("\"e\"");
    }

    @Test
    void readRange_always_sendsTheRangeAndIfMatch() throws IOException {
        answer = exchange -> send(exchange, 206, "cde");
        byte[] target = new byte[5];
        store.readRange(LISTED, 2, target, 1, 3);

        assertThat(target).containsExactly(0, 'c', 'd', 'e', 0);
        assertThat(asked.getRequestHeaders().getFirst("If-Match")).isEqualTo("\"e\"");
        assertThat(asked.getRequestHeaders().getFirst("Range")).isEqualTo("bytes=2-4");
    }

    @Test
    void readRange_storeThatIgnoresRanges_isNotReadAsIfItWereOne() {
        answer = exchange -> send(exchange, 200, "abcdefghij");

        assertThatExceptionOfType(ObjectChangedException.class)
                .isThrownBy(() -> store.readRange(LISTED, 2, new byte[3], 0, 3))
                .withMessageContaining("10 bytes instead of 3");
    }

    @Test
    void read_connectionLostInTheBody_isAFailure() {
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 10);
            exchange.getResponseBody().write("abc".getBytes(UTF_8));
            exchange.getResponseBody().flush();
            throw new IOException("close the connection");
        };

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> store.read(LISTED))
                .isNotInstanceOf(ObjectChangedException.class)
                .withMessageStartingWith("cannot read s3://data/ns/orders/0/a at " + endpoint + ": ");
    }

    @Test
    void list_nobodyListens_saysSoAndWhere() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        try (S3Client lost =
                TestClients.builder(URI.create("http://127.0.0.1:" + free)).build()) {
            IOException e = catchThrowableOfType(
                    IOException.class, () -> S3ObjectStore.create(lost, "data").list(ListRequest.of("ns/")));
            assertThat(e)
                    .hasMessage("cannot list s3://data/ns/ at http://127.0.0.1:" + free
                            + ": no connection; check that the endpoint is right and the store runs");
            assertNoSecret(e);
        }
    }

    @Test
    void list_unknownHost_saysToCheckEndpointAndRegion() {
        try (S3Client lost = TestClients.builder(URI.create("http://user:" + TestClients.SECRET + "@nowhere.invalid"))
                .build()) {
            IOException e = catchThrowableOfType(
                    IOException.class, () -> S3ObjectStore.create(lost, "data").list(ListRequest.of("ns/")));
            assertThat(e)
                    .hasMessage("cannot list s3://data/ns/ at http://nowhere.invalid: the endpoint's host name is"
                            + " unknown; check the client's endpoint and region");
            assertNoSecret(e);
        }
    }

    @Test
    void list_noAnswerInTime_saysSo() {
        answer = exchange -> awaitTheEnd();
        try (S3Client hasty = TestClients.builder(endpoint)
                .overrideConfiguration(o -> o.apiCallTimeout(Duration.ofMillis(300)))
                .build()) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> S3ObjectStore.create(hasty, "data").list(ListRequest.of("ns/")))
                    .isNotInstanceOf(InterruptedIOException.class)
                    .withMessage("cannot list s3://data/ns/ at " + endpoint
                            + ": no answer in time; check the network, or give the client a longer timeout");
        }
    }

    @Test
    void list_interruptedThread_endsAndStaysInterrupted() {
        answer = exchange -> send(exchange, 200, "");

        Thread.currentThread().interrupt();
        try {
            assertThatExceptionOfType(InterruptedIOException.class)
                    .isThrownBy(() -> store.list(ListRequest.of("ns/")))
                    .withMessage("cannot list s3://data/ns/ at " + endpoint + ": interrupted");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void read_interruptedInTheBody_endsAndStaysInterrupted() {
        Thread caller = Thread.currentThread();
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 10);
            exchange.getResponseBody().write("abc".getBytes(UTF_8));
            exchange.getResponseBody().flush();
            caller.interrupt();
            exchange.getResponseBody().write("defghij".getBytes(UTF_8));
        };

        try {
            assertThatExceptionOfType(InterruptedIOException.class)
                    .isThrownBy(() -> store.read(LISTED))
                    .withMessage("cannot read s3://data/ns/orders/0/a at " + endpoint + ": interrupted");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void create_urlForABucket_saysToGiveTheName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> S3ObjectStore.create(client, "s3://data/ns"))
                .withMessage("\"s3://data/ns\" is not a bucket; give its name alone, as in kafscale-data");
    }

    private void awaitTheEnd() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void assertNoSecret(Throwable failure) {
        StringWriter everything = new StringWriter();
        failure.printStackTrace(new PrintWriter(everything));
        assertThat(everything.toString()).doesNotContain(TestClients.SECRET);
    }

    private static void refuse(HttpExchange exchange, int status, String code) throws IOException {
        exchange.getResponseHeaders().set("x-amz-bucket-region", "ap-south-1");
        exchange.getResponseHeaders().set("x-amz-request-id", "4711");
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        send(exchange, status, code.isEmpty() ? "" : "<Error><Code>" + code + "</Code><Message>no</Message></Error>");
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
