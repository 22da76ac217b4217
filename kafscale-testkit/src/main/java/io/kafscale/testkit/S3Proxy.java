package io.kafscale.testkit;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Stands between clients and an S3 server, and makes of it what a test wants.
 *
 * <p><b>Conditional writes are atomic.</b> S3Mock checks a condition and writes in two steps, so that of several clients
 * that create one object more than one may succeed. Here writes of one key go through one at a time, and no read of it
 * meets one half done, which is what Amazon S3 does.
 *
 * <p><b>Faults.</b> A {@link Fault} is chosen for every request by the function given to {@link #faults}. It is called
 * before anything else is done, on a thread of the request's own: to delay a request, let it wait.
 *
 * <p><b>Counts.</b> {@link #takeRequests} tells what arrived.
 *
 * <p>Thread safe.
 */
public final class S3Proxy implements AutoCloseable {

    /** What happens to a request. */
    public enum Fault {
        /** Nothing out of the ordinary. */
        NONE,
        /** It is answered 503 SlowDown and does not arrive. */
        UNAVAILABLE,
        /** It does not arrive, and the connection ends. */
        LOST,
        /** It arrives, and the connection ends instead of an answer. */
        REPLY_LOST,
        /** The connection ends, and the request arrives with {@link #deliverKept}. */
        KEPT,
        /** It arrives without its {@code If-Match} and {@code If-None-Match}, as if the server knew no such thing. */
        UNCONDITIONAL
    }

    /**
     * A request as it arrived.
     *
     * @param method as in HTTP, but {@code LIST} for a GET that lists
     * @param key the object's key without the bucket; of a listing its prefix
     * @param conditional whether it carries {@code If-Match} or {@code If-None-Match}
     */
    public record Request(String method, String key, boolean conditional) {

        /** Whether it changes the object. */
        public boolean isWrite() {
            return method.equals("PUT") || method.equals("DELETE");
        }

        @Override
        public String toString() {
            return method + " " + key;
        }
    }

    /** A request that is still on its way. */
    @FunctionalInterface
    private interface Late {
        void arrive() throws IOException, InterruptedException;
    }

    private static final Set<String> CONDITIONS = Set.of("if-match", "if-none-match");

    /** What HTTP says of one connection, or the client that passes on says by itself. */
    private static final Set<String> NOT_PASSED_ON =
            Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");

    static {
        // Else an answer of two packets waits 40 ms for the client's delayed acknowledgement of the first.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final URI target;
    private final HttpServer server;
    private final ExecutorService threads;
    private final HttpClient client;
    private final Map<String, ReadWriteLock> locks;
    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
    private final Queue<Late> kept = new ConcurrentLinkedQueue<>();
    private volatile Function<Request, Fault> faults = request -> Fault.NONE;

    private S3Proxy(URI target, Map<String, ReadWriteLock> locks) throws IOException {
        this.target = target;
        this.locks = locks;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "s3-proxy");
            thread.setDaemon(true);
            return thread;
        });
        this.client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    /**
     * A proxy before the server at {@code target}, which takes buckets in the path.
     *
     * @throws IOException when no port can be had
     */
    public static S3Proxy to(URI target) throws IOException {
        return new S3Proxy(target, new ConcurrentHashMap<>());
    }

    /**
     * Another before the same server, with faults and counts of its own. Writes of one key go through one at a time, whichever
     * they come through.
     *
     * @throws IOException when no port can be had
     */
    public S3Proxy beside() throws IOException {
        return new S3Proxy(target, locks);
    }

    /** Where clients find it. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Has every request from now on meet the fault that {@code choice} names for it. */
    public void faults(Function<Request, Fault> choice) {
        faults = choice;
    }

    /** No faults any more. */
    public void heal() {
        faults = request -> Fault.NONE;
    }

    /** What arrived since this was last asked, in the order of arrival, faults or not. */
    public List<Request> takeRequests() {
        List<Request> taken = new ArrayList<>();
        for (Request next = requests.poll(); next != null; next = requests.poll()) {
            taken.add(next);
        }
        return taken;
    }

    /**
     * Has those requests arrive that were {@link Fault#KEPT}, in their order. Nobody hears of the answers.
     *
     * @throws IOException when the server does not answer
     */
    public void deliverKept() throws IOException, InterruptedException {
        for (Late next = kept.poll(); next != null; next = kept.poll()) {
            next.arrive();
        }
    }

    /** Ends it; connections still open are closed. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void serve(HttpExchange exchange) {
        // Closing an exchange that was not answered ends its connection.
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Request request = request(exchange);
            requests.add(request);
            Fault fault = faults.apply(request);
            HttpRequest passed = passed(exchange, body, fault == Fault.UNCONDITIONAL);
            if (fault == Fault.UNAVAILABLE) {
                answerUnavailable(exchange);
            } else if (fault == Fault.KEPT) {
                kept.add(() -> send(request, passed));
            } else if (fault != Fault.LOST) {
                HttpResponse<byte[]> response = send(request, passed);
                if (fault != Fault.REPLY_LOST) {
                    answer(exchange, response);
                }
            }
        } catch (IOException e) {
            // The client has gone, or the server: either way the client sees its connection end.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Request request(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        int slash = path.indexOf('/', 1);
        String key = slash < 0 ? "" : path.substring(slash + 1);
        Headers headers = exchange.getRequestHeaders();
        boolean conditional = headers.containsKey("If-Match") || headers.containsKey("If-None-Match");
        if (exchange.getRequestMethod().equals("GET") && key.isEmpty()) {
            return new Request("LIST", prefix(exchange.getRequestURI().getQuery()), conditional);
        }
        return new Request(exchange.getRequestMethod(), key, conditional);
    }

    private static String prefix(@Nullable String query) {
        for (String parameter : query == null ? new String[0] : query.split("&", -1)) {
            if (parameter.startsWith("prefix=")) {
                return parameter.substring("prefix=".length());
            }
        }
        return "";
    }

    private HttpRequest passed(HttpExchange exchange, byte[] body, boolean unconditional) {
        HttpRequest.Builder passed = HttpRequest.newBuilder(target.resolve(exchange.getRequestURI()))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!NOT_PASSED_ON.contains(lower) && !(unconditional && CONDITIONS.contains(lower))) {
                values.forEach(value -> passed.header(name, value));
            }
        });
        return passed.build();
    }

    private HttpResponse<byte[]> send(Request request, HttpRequest passed) throws IOException, InterruptedException {
        ReadWriteLock ofKey = locks.computeIfAbsent(passed.uri().getPath(), path -> new ReentrantReadWriteLock());
        Lock lock = request.isWrite() ? ofKey.writeLock() : ofKey.readLock();
        lock.lock();
        try {
            return client.send(passed, HttpResponse.BodyHandlers.ofByteArray());
        } finally {
            lock.unlock();
        }
    }

    private static void answer(HttpExchange exchange, HttpResponse<byte[]> response) throws IOException {
        response.headers().map().forEach((name, values) -> {
            if (!NOT_PASSED_ON.contains(name.toLowerCase(Locale.ROOT)) && !name.startsWith(":")) {
                values.forEach(value -> exchange.getResponseHeaders().add(name, value));
            }
        });
        reply(exchange, response.statusCode(), response.body());
    }

    private static void answerUnavailable(HttpExchange exchange) throws IOException {
        String body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
                + "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>";
        exchange.getResponseHeaders().add("Content-Type", "application/xml");
        reply(exchange, 503, body.getBytes(StandardCharsets.UTF_8));
    }

    private static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
        boolean bodiless = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, bodiless ? -1 : body.length);
        if (!bodiless) {
            exchange.getResponseBody().write(body);
        }
    }
}
