package io.kafscale.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between a client and a TCP server on the loopback address and makes the network as bad as a test wants it: passes
 * everything on at first; then loses replies, goes dead, or cuts connections, until it is healed.
 *
 * <p>Thread safe.
 */
public final class FaultProxy implements AutoCloseable {

    private enum Network {
        HEALTHY,
        LOSING_REPLIES,
        DEAD,
        CUT
    }

    private final ServerSocket listener;
    private final int target;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private volatile Network network = Network.HEALTHY;

    private FaultProxy(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon("accept", this::accept);
    }

    /** A proxy before the server on this port. */
    public static FaultProxy to(int port) {
        try {
            return new FaultProxy(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The port clients are to connect to. */
    public int port() {
        return listener.getLocalPort();
    }

    /** From now on requests arrive, and their replies vanish. */
    public void loseReplies() {
        network = Network.LOSING_REPLIES;
    }

    /** From now on nothing arrives on either side, and connections stay open. */
    public void goDead() {
        network = Network.DEAD;
    }

    /** Closes all connections; new ones are closed as soon as they are made. */
    public void cut() {
        network = Network.CUT;
        connections.forEach(Connection::close);
    }

    /** All is well again. Connections on which bytes were lost are closed, since what follows would make no sense. */
    public void heal() {
        network = Network.HEALTHY;
        connections.stream().filter(connection -> connection.damaged).forEach(Connection::close);
    }

    @Override
    public void close() {
        quietly(listener);
        connections.forEach(Connection::close);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Connection connection = new Connection(listener.accept());
                if (network == Network.CUT || listener.isClosed()) {
                    connection.close();
                } else {
                    connection.open();
                }
            } catch (IOException e) {
                // This client gave up, or the target is down: the next one may fare better.
            }
        }
    }

    private static void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, "fault-proxy-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void quietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            // closed is closed
        }
    }

    private final class Connection {
        private final Socket client;
        private final Socket server = new Socket();
        volatile boolean damaged;

        Connection(Socket client) {
            this.client = client;
            connections.add(this);
        }

        void open() throws IOException {
            try {
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            } catch (IOException e) {
                close();
                throw e;
            }
            daemon("requests", () -> pump(client, server, false));
            daemon("replies", () -> pump(server, client, true));
        }

        private void pump(Socket from, Socket to, boolean replies) {
            byte[] buffer = new byte[16 * 1024];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    Network now = network;
                    if (now == Network.DEAD || (replies && now == Network.LOSING_REPLIES)) {
                        damaged = true;
                    } else if (now == Network.HEALTHY && damaged) {
                        return;
                    } else {
                        out.write(buffer, 0, n);
                    }
                }
            } catch (IOException e) {
                // either side closed it
            } finally {
                close();
            }
        }

        void close() {
            connections.remove(this);
            quietly(client);
            quietly(server);
        }
    }
}
