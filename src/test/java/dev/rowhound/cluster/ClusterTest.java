package dev.rowhound.cluster;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterTest {
    private static ClusterConfig config(String host, int port, int eventBusPort) {
        return new ClusterConfig(true, "test", host, port, List.of("127.0.0.1:5701"), eventBusPort, 5);
    }

    private static ServerSocket busy() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
    }

    @Test
    void aBusyPortIsToldWithItsKey() throws IOException {
        try (ServerSocket members = busy()) {
            int port = members.getLocalPort();
            assertThatThrownBy(() -> Cluster.of(config("127.0.0.1", port, 0)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("port " + port + " on 127.0.0.1 is in use; stop the program that uses it, or set"
                            + " another port with --set cluster.port=N");
        }
    }

    @Test
    void aBusyPortOfTheEventBusIsToldWithItsKey() throws IOException {
        int free;
        try (ServerSocket socket = busy()) {
            free = socket.getLocalPort();
        }
        try (ServerSocket messages = busy()) {
            int port = messages.getLocalPort();
            assertThatThrownBy(() -> Cluster.of(config("localhost", free, port)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("port " + port + " on 127.0.0.1 is in use; stop the program that uses it, or set"
                            + " another port with --set cluster.event_bus_port=N");
        }
    }

    @Test
    void aHostThatIsNotOfThisMachineIsTold() {
        // Kept for documentation by RFC 5737, so no machine has it.
        assertThatThrownBy(() -> Cluster.of(config("192.0.2.7", 5701, 0)))
                .isInstanceOf(IOException.class)
                .hasMessage("cluster.host is 192.0.2.7, which is not an address of this machine; set the one that"
                        + " the other nodes can reach");
    }

    @Test
    void aHostWithoutAnAddressIsTold() {
        assertThatThrownBy(() -> Cluster.of(config("nowhere.invalid", 5701, 0)))
                .isInstanceOf(IOException.class)
                .hasMessage("cluster.host is nowhere.invalid, which does not resolve");
    }
}
