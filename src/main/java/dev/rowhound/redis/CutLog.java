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
 * What a power cut may leave of Redis's append-only log: its end is missing, in the middle of a script's writes. Redis 7
 * drops what is not whole, but keeps the beginning of the transaction that it stood in, and the next start takes what
 * follows as part of that (valkey-io/valkey#4342). So the log is written anew before anything follows.
 */
final class CutLog {
    private static final Logger LOG = LoggerFactory.getLogger(CutLog.class);

    /** What Redis says in its own log when it drops the end of a log that was cut. */
    private static final String CUT = "Truncating the AOF";

    private static final long LIMIT_SECONDS = 120;
    private static final long POLL_MILLIS = 50;
    private static final int TIMEOUT_MILLIS = 5000;

    private final int port;
    private final String password;

    private CutLog(int port, String password) {
        this.port = port;
        this.password = password;
    }

    /**
     * Has Redis write its log anew if its last start found it cut; blocks until that is done.
     *
     * @param log the log of Redis
     * @param from where in that its last start begins, in bytes
     */
    static void mend(Path log, long from, int port, String password) throws IOException {
        if (Files.exists(log) && tail(log, from).contains(CUT)) {
            LOG.warn("The end of Redis's log was lost, as by a power cut; what it held is looked up again");
            new CutLog(port, password).rewrite();
        }
    }

    private static String tail(Path file, long from) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(1 << 20, Math.max(0, channel.size() - from)));
            channel.position(from);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // Until all is there.
            }
            return new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
        }
    }

    private void rewrite() throws IOException {
        ask("BGREWRITEAOF", "+");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!ask("INFO persistence", "aof_rewrite_in_progress:").endsWith(":0")
                || !ask("INFO persistence", "aof_rewrite_scheduled:").endsWith(":0")) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("Redis does not write its log anew within " + LIMIT_SECONDS + " s");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while Redis wrote its log anew", e);
            }
        }
        if (!ask("INFO persistence", "aof_last_bgrewrite_status:").endsWith(":ok")) {
            throw new IOException("Redis cannot write its log anew; is the disk full?");
        }
    }

    /** Sends one command and answers the first line of its reply that begins so. */
    private String ask(String command, String prefix) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream()
                    .write(("AUTH " + password + "\r\n" + command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            // The reply to AUTH.
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
            throw new IOException("Redis hung up at " + command);
        }
    }
}
