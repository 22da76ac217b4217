package io.kafscale.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FaultProxyTest {

    /** What arrived at a server that answers every byte with the same byte. */
    private final BlockingQueue<Integer> arrived = new LinkedBlockingQueue<>();

    private ServerSocket server;
    private FaultProxy proxy;

    @BeforeEach
    void start() throws Exception {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread accepting = new Thread(this::accept);
        accepting.setDaemon(true);
        accepting.start();
        proxy = FaultProxy.to(server.getLocalPort());
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        server.close();
    }

    @Test
    void healthy_passesBothWays() throws Exception {
        try (Socket client = connect()) {
            assertThat(echo(client, 7)).isEqualTo(7);
        }
    }

    @Test
    void loseReplies_deliversRequestsAlone_andHealEndsThatConnection() throws Exception {
        try (Socket client = connect();
                Socket idle = connect()) {
            assertThat(echo(idle, 1)).isEqualTo(1);
            arrived.clear();
            proxy.loseReplies();

            assertThatThrownBy(() -> echo(client, 7)).isInstanceOf(SocketTimeoutException.class);
            assertThat(arrived.poll(5, TimeUnit.SECONDS)).isEqualTo(7);
            proxy.heal();

            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(echo(idle, 2)).isEqualTo(2);
        }
    }

    @Test
    void goDead_deliversNothing() throws Exception {
        try (Socket client = connect()) {
            echo(client, 1);
            arrived.clear();
            proxy.goDead();

            assertThatThrownBy(() -> echo(client, 7)).isInstanceOf(SocketTimeoutException.class);
            assertThat(arrived).isEmpty();
        }
    }

    @Test
    void cut_closesConnectionsOldAndNew_untilHealed() throws Exception {
        try (Socket client = connect()) {
            echo(client, 1);
            proxy.cut();

            assertEnded(client);
            try (Socket another = connect()) {
                assertEnded(another);
            }
        }
        proxy.heal();
        try (Socket client = connect()) {
            assertThat(echo(client, 7)).isEqualTo(7);
        }
    }

    private static void assertEnded(Socket client) {
        try {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        } catch (IOException e) {
            assertThat(e).isNotInstanceOf(SocketTimeoutException.class);
        }
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        client.setSoTimeout(500);
        return client;
    }

    private static int echo(Socket client, int value) throws IOException {
        client.getOutputStream().write(value);
        return client.getInputStream().read();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                Thread echoing = new Thread(() -> echoAll(connection));
                echoing.setDaemon(true);
                echoing.start();
            } catch (IOException e) {
                return; // the test is over
            }
        }
    }

    private void echoAll(Socket connection) {
        try (connection) {
            for (int value = connection.getInputStream().read();
                    value >= 0;
                    value = connection.getInputStream().read()) {
                arrived.add(value);
                connection.getOutputStream().write(value);
            }
        } catch (IOException e) {
            // the proxy closed it
        }
    }
}
