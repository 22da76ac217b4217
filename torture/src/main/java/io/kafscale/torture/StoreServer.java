package io.kafscale.torture;

import io.kafscale.testkit.EtcdServer;
import io.kafscale.testkit.PostgresServer;
import java.util.function.IntFunction;

/** The server behind a checkpoint store, which may crash. For one thread. */
interface StoreServer extends AutoCloseable {

    /** The port it listens to. */
    int port();

    /** How a store finds it, as {@link StoreKind#connect} takes it, through this port: its own, or a proxy's before it. */
    String address(int port);

    /** The address at which it is always at its best, though it may be down. */
    default String bestAddress() {
        return address(port());
    }

    /** Whether {@link #crash} can be asked for. */
    boolean canCrash();

    /** Ends it at once; what it had acknowledged is kept. */
    void crash();

    /** Starts it once more, on what it had acknowledged. */
    void recover();

    @Override
    void close();

    static StoreServer start(StoreKind kind, Bucket bucket) {
        return switch (kind) {
            case ETCD -> etcd();
            case S3 -> new CheckpointBucket(bucket);
            case JDBC -> postgres();
        };
    }

    /** A real etcd. */
    private static StoreServer etcd() {
        EtcdServer etcd = EtcdServer.start();
        return new Server(etcd.port(), port -> "http://127.0.0.1:" + port, etcd::kill, etcd::restart, etcd::close);
    }

    /** A real PostgreSQL. */
    static StoreServer postgres() {
        // As the documentation advises: a worker that stands still must not keep rows locked.
        PostgresServer postgres = PostgresServer.start("max_connections=200", "idle_in_transaction_session_timeout=4s");
        return new Server(
                postgres.port(),
                port -> PostgresServer.url("postgres", port, PostgresServer.PASSWORD)
                        + "&connectTimeout=2&loginTimeout=2&cancelSignalTimeout=1",
                postgres::kill,
                postgres::restart,
                postgres::close);
    }

    /**
     * A server of its own.
     *
     * @param addresses how it is found through a port
     */
    record Server(int port, IntFunction<String> addresses, Runnable kill, Runnable restart, Runnable end)
            implements StoreServer {
        @Override
        public String address(int throughPort) {
            return addresses.apply(throughPort);
        }

        @Override
        public boolean canCrash() {
            return true;
        }

        @Override
        public void crash() {
            kill.run();
        }

        @Override
        public void recover() {
            restart.run();
        }

        @Override
        public void close() {
            end.run();
        }
    }

    /** The bucket, which the segments are in as well: it does not crash, but answers badly at times. */
    record CheckpointBucket(Bucket bucket) implements StoreServer {
        @Override
        public int port() {
            return bucket.checkpoints().endpoint().getPort();
        }

        @Override
        public String address(int port) {
            return "http://127.0.0.1:" + port;
        }

        @Override
        public String bestAddress() {
            return bucket.good().endpoint().toString();
        }

        @Override
        public boolean canCrash() {
            return false;
        }

        @Override
        public void crash() {
            throw new UnsupportedOperationException("the bucket holds the segments and does not crash");
        }

        @Override
        public void recover() {
            throw new UnsupportedOperationException("the bucket holds the segments and does not crash");
        }

        @Override
        public void close() {
            // It is closed with the bucket.
        }
    }
}
