package io.kafscale.etcd;

import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.grpc.Status;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The connection to etcd: sends requests, waits for answers no longer than the request timeout, and turns failures into
 * sentences. Thread safe.
 *
 * <p>gRPC waits longer and longer between attempts to connect, up to two minutes, and jetcd gives no way to hurry it.
 * After an outage of some length the jetcd client is therefore replaced by a new one, which connects at once.
 */
final class EtcdClient implements AutoCloseable {

    /** Between two replacements, and since the last answer. */
    private static final long REPLACE_AFTER_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** etcd does not know the etcd lease that a request named. */
    static final class UnknownLeaseException extends IOException {
        private static final long serialVersionUID = 1L;

        UnknownLeaseException(String message) {
            super(message);
        }
    }

    private final ClientBuilder builder;
    private final String name;
    private final Duration requestTimeout;
    private final RevisionHistory history = new RevisionHistory();
    private @Nullable Client client;
    private boolean closed;
    private volatile long lastUsefulNanos = System.nanoTime();

    /**
     * @param builder puts a deadline of {@code requestTimeout} on every request
     * @param name for messages, such as {@code etcd at http://etcd:2379}
     */
    EtcdClient(ClientBuilder builder, String name, Duration requestTimeout) {
        this.builder = builder;
        this.name = name;
        this.requestTimeout = requestTimeout;
    }

    String name() {
        return name;
    }

    /** The client of the moment; not to be kept. */
    synchronized Client client() throws IOException {
        if (closed) {
            throw new IOException("this store is closed");
        }
        if (client == null) {
            client = builder.build();
        }
        return client;
    }

    /** Sends a request, without waiting for the answer. */
    <T> CompletableFuture<T> send(Function<Client, CompletableFuture<T>> request) {
        try {
            return request.apply(client());
        } catch (IOException | RuntimeException e) {
            // jetcd throws when its client was closed a moment ago
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Waits for an answer.
     *
     * @param purpose completes "… while", for messages
     */
    <T> T await(String purpose, CompletableFuture<T> answer) throws IOException {
        try {
            // The deadline on the request comes first, unless the client is closed meanwhile.
            T result = answer.get(2 * requestTimeout.toNanos(), TimeUnit.NANOSECONDS);
            lastUsefulNanos = System.nanoTime();
            return result;
        } catch (ExecutionException e) {
            throw failure(purpose, Objects.requireNonNullElse(e.getCause(), e));
        } catch (TimeoutException e) {
            throw noAnswer(purpose, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while " + purpose).initCause(e);
        }
    }

    /** Sends a request and waits for the answer. */
    <T> T call(String purpose, Function<Client, CompletableFuture<T>> request) throws IOException {
        long before = history.highest();
        T answer = await(purpose, send(request));
        history.saw(answer, before);
        return answer;
    }

    /** Whether etcd was set back. */
    RevisionHistory history() {
        return history;
    }

    private IOException failure(String purpose, Throwable cause) {
        String reason = reason(cause);
        if (reason.contains("requested lease not found")) {
            return new UnknownLeaseException(name + " does not know the lease any more");
        }
        Status.Code code = isBrokenConnection(cause)
                ? Status.Code.UNAVAILABLE
                : Status.fromThrowable(cause).getCode();
        boolean isRefusal = code == Status.Code.PERMISSION_DENIED
                || code == Status.Code.UNAUTHENTICATED
                || reason.contains("authentication failed")
                || reason.contains("user name is empty");
        if (isRefusal) {
            return new IOException(
                    name + " refused access while " + purpose + " (" + reason
                            + "); check the user, its password and its roles",
                    cause);
        }
        return switch (code) {
            case UNAVAILABLE -> {
                replaceClient();
                yield new IOException(
                        name + " cannot be reached while " + purpose + " (" + reason
                                + "); check the endpoint, and that etcd is running there and has a leader",
                        cause);
            }
            case DEADLINE_EXCEEDED -> noAnswer(purpose, cause);
            default -> new IOException(name + " failed while " + purpose + " (" + reason + ")", cause);
        };
    }

    /** A request that was about to be written when its connection broke comes back as UNKNOWN, not as UNAVAILABLE. */
    private static boolean isBrokenConnection(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ClosedChannelException) {
                return true;
            }
        }
        return false;
    }

    /** gRPC says "io exception" and the like; what it was is said by the innermost cause that has something to say. */
    private static String reason(Throwable failure) {
        String reason = failure.getClass().getSimpleName();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            reason = Objects.requireNonNullElse(cause.getMessage(), reason);
        }
        return reason;
    }

    private IOException noAnswer(String purpose, Throwable cause) {
        replaceClient();
        return new IOException(
                name + " gave no answer within " + requestTimeout.toMillis() + " ms while " + purpose
                        + "; check that it is not overloaded and has a leader, or allow for a longer request timeout",
                cause);
    }

    private synchronized void replaceClient() {
        long now = System.nanoTime();
        if (client != null && now - lastUsefulNanos > REPLACE_AFTER_NANOS) {
            client.close();
            client = null;
            lastUsefulNanos = now;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (client != null) {
            client.close();
            client = null;
        }
    }
}
