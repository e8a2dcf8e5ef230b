package dev.rowhound.egress;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the packets that come to a free UDP port of this machine. */
final class ForbiddenUdpServer implements AutoCloseable {
    private final DatagramSocket socket;
    private final AtomicInteger packets = new AtomicInteger();

    ForbiddenUdpServer() throws IOException {
        socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
        Thread thread = new Thread(
                () -> {
                    try {
                        while (true) {
                            socket.receive(new DatagramPacket(new byte[2048], 2048));
                            packets.incrementAndGet();
                        }
                    } catch (IOException e) {
                        // Closed.
                    }
                },
                "udp canary");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return socket.getLocalPort();
    }

    int packets() {
        return packets.get();
    }

    @Override
    public void close() {
        socket.close();
    }
}
