package dev.rowhound.cli.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Sends bytes that the node counts and throws away. Written to a socket: an answer that comes before the last byte, as
 * that of a refused upload does, is heard.
 */
final class ProbeUpload {
    /** The answer did not come in time: the line is too slow for a file of that size, or nothing answers. */
    static final int TOO_SLOW = -1;

    /** The connection was closed without an answer. */
    static final int NO_ANSWER = 0;

    private static final int PIECE = 1 << 16;

    private final Target target;
    private final ExecutorService threads;
    private final Duration limit;

    ProbeUpload(Target target, ExecutorService threads, Duration limit) {
        this.target = target;
        this.threads = threads;
        this.limit = limit;
    }

    /** The status that an upload of that size is answered with. */
    int send(long bytes) throws IOException {
        try (Socket socket = target.connect()) {
            socket.setSoTimeout((int) limit.toMillis());
            OutputStream out = socket.getOutputStream();
            String host = target.base().getAuthority();
            out.write(("POST " + target.probe("upload").getRawPath() + " HTTP/1.1\r\nHost: " + host
                            + "\r\nUser-Agent: rowhound-doctor\r\nContent-Type: application/octet-stream\r\nContent-Length: "
                            + bytes + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            Future<?> body = threads.submit(() -> write(out, bytes));
            try {
                return status(socket.getInputStream());
            } catch (SocketTimeoutException e) {
                return TOO_SLOW;
            } catch (IOException e) {
                return NO_ANSWER;
            } finally {
                body.cancel(true);
            }
        }
    }

    private static void write(OutputStream out, long bytes) {
        byte[] piece = new byte[PIECE];
        try {
            for (long left = bytes; left > 0; left -= PIECE) {
                out.write(piece, 0, (int) Math.min(PIECE, left));
            }
            out.flush();
        } catch (IOException e) {
            // The answer says why, or there is none.
        }
    }

    private static int status(InputStream in) throws IOException {
        int status = 100;
        while (status < 200) {
            String line = line(in);
            if (line.isEmpty()) {
                return NO_ANSWER;
            }
            String[] words = line.split(" ", -1);
            status = words.length > 1 && words[1].matches("\\d{3}") ? Integer.parseInt(words[1]) : NO_ANSWER;
            if (status < 100) {
                return NO_ANSWER;
            }
            while (!line.isEmpty()) {
                line = line(in);
            }
        }
        return status;
    }

    /** A line of an answer's head, without its end; empty at the head's end and at the connection's. */
    static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.append((char) next);
        }
        return line.toString().strip();
    }
}
