package dev.rowhound.fault;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Opens a job's stream and reads nothing of it. */
final class StalledReader implements AutoCloseable {
    private static final int RECEIVE_BYTES = 4096;
    private static final int TIMEOUT_MILLIS = 10_000;

    private final Socket socket = new Socket();

    StalledReader(URI node, String job) throws IOException {
        socket.setReceiveBufferSize(RECEIVE_BYTES);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), node.getPort()), TIMEOUT_MILLIS);
        socket.getOutputStream()
                .write(("GET " + NodeApi.JOBS + "/" + job + "/events HTTP/1.1\r\nHost: " + node.getAuthority()
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads what there is at last; whether the stream was cut instead of ended. */
    boolean cut() throws IOException {
        socket.setSoTimeout(TIMEOUT_MILLIS);
        String end = "";
        try {
            InputStream in = socket.getInputStream();
            byte[] piece = new byte[1 << 16];
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                String text = new String(piece, 0, count, StandardCharsets.ISO_8859_1);
                end = (end + text).substring(Math.max(0, end.length() + text.length() - 5));
            }
        } catch (SocketException e) {
            return true;
        }
        return !end.equals("0\r\n\r\n");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
