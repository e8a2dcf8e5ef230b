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
 * Sends an upload that the node counts and discards. Writes to a socket directly, so that it can read a response that
 * comes before the last byte, as for a refused upload.
 */
final class ProbeUpload {
    /** There was no response in time: the connection is too slow for that size, or nothing responds. */
    static final int TOO_SLOW = -1;

    /** The connection was closed without a response. */
    static final int NO_RESPONSE = 0;

    private static final int BUFFER_BYTES = 1 << 16;

    private final Target target;
    private final ExecutorService threads;
    private final Duration limit;

    ProbeUpload(Target target, ExecutorService threads, Duration limit) {
        this.target = target;
        this.threads = threads;
        this.limit = limit;
    }

    /** Returns the response status of an upload of that size. */
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
                return NO_RESPONSE;
            } finally {
                body.cancel(true);
            }
        }
    }

    private static void write(OutputStream out, long bytes) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            for (long left = bytes; left > 0; left -= BUFFER_BYTES) {
                out.write(buffer, 0, (int) Math.min(BUFFER_BYTES, left));
            }
            out.flush();
        } catch (IOException e) {
            // The response says why, if there is one.
        }
    }

    private static int status(InputStream in) throws IOException {
        int status = 100;
        while (status < 200) {
            String line = line(in);
            if (line.isEmpty()) {
                return NO_RESPONSE;
            }
            String[] words = line.split(" ", -1);
            status = words.length > 1 && words[1].matches("\\d{3}") ? Integer.parseInt(words[1]) : NO_RESPONSE;
            if (status < 100) {
                return NO_RESPONSE;
            }
            while (!line.isEmpty()) {
                line = line(in);
            }
        }
        return status;
    }

    /** Reads a line of the response head without its terminator; empty at the end of the head or connection. */
    static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.append((char) next);
        }
        return line.toString().strip();
    }
}
