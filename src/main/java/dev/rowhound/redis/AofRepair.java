package dev.rowhound.redis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repairs Redis's append-only file (AOF) after a power cut. The cut may lose the end of the file in the middle of a
 * script's writes. Redis 7 then drops the incomplete command but keeps the {@code MULTI} before it, and on the next
 * start treats the following commands as part of that transaction (valkey-io/valkey#4342). So the file is rewritten
 * before Redis serves requests.
 */
final class AofRepair {
    private static final Logger LOG = LoggerFactory.getLogger(AofRepair.class);

    /** What Redis logs when it drops the incomplete end of its AOF. */
    private static final String TRUNCATED = "Truncating the AOF";

    private static final long REWRITE_TIMEOUT_SECONDS = 120;
    private static final long POLL_MILLIS = 50;
    private static final int SOCKET_TIMEOUT_MILLIS = 5000;

    private final int port;
    private final String password;

    private AofRepair(int port, String password) {
        this.port = port;
        this.password = password;
    }

    /**
     * Rewrites the AOF if Redis's last start found it truncated; blocks until that is done.
     *
     * @param log the log file of Redis
     * @param from the offset in the log at which the last start begins
     */
    static void runIfTruncated(Path log, long from, int port, String password) throws IOException {
        if (Files.exists(log) && tail(log, from).contains(TRUNCATED)) {
            LOG.warn(
                    "The end of Redis's log was lost, for example by a power failure; lost results are looked up again");
            new AofRepair(port, password).rewrite();
        }
    }

    private static String tail(Path file, long from) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(1 << 20, Math.max(0, channel.size() - from)));
            channel.position(from);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
            return new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
        }
    }

    private void rewrite() throws IOException {
        send("BGREWRITEAOF", "+");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(REWRITE_TIMEOUT_SECONDS);
        while (!send("INFO persistence", "aof_rewrite_in_progress:").endsWith(":0")
                || !send("INFO persistence", "aof_rewrite_scheduled:").endsWith(":0")) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("Redis did not rewrite its log within " + REWRITE_TIMEOUT_SECONDS + " s");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while Redis rewrote its log", e);
            }
        }
        if (!send("INFO persistence", "aof_last_bgrewrite_status:").endsWith(":ok")) {
            throw new IOException("Redis cannot rewrite its log; is the disk full?");
        }
    }

    /** Sends one command and returns the first line of its reply that has this prefix. */
    private String send(String command, String prefix) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
            socket.getOutputStream()
                    .write(("AUTH " + password + "\r\n" + command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            // Skips the reply to AUTH.
            String line = lines.readLine();
            while (line != null) {
                line = lines.readLine();
                if (line != null && line.startsWith(prefix)) {
                    return line;
                }
                if (line != null && line.startsWith("-")) {
                    throw new IOException("Redis refuses " + command + ": " + line);
                }
            }
            throw new IOException("Redis closed the connection at " + command);
        }
    }
}
