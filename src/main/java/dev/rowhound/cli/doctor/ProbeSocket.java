package dev.rowhound.cli.doctor;

import dev.rowhound.cli.console.CommandFailure;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Reads a probe's WebSocket (RFC 6455) to its end and records arrivals. Reads from the socket directly, so that it can
 * distinguish a connection that ends within a frame from one that stalls.
 */
final class ProbeSocket {
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int FIN = 0x80;
    private static final int LONG_LENGTH = 126;
    private static final int LONGER_LENGTH = 127;
    private static final int MAX_FRAME_BYTES = 1 << 16;
    private static final int KEY_BYTES = 16;
    private static final int MASK_BYTES = 4;

    private final Duration grace;
    private final ProbeLog log = new ProbeLog();
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private int status;

    /**
     * @param grace how long to wait for the end after it is due
     */
    ProbeSocket(Duration grace) {
        this.grace = grace;
    }

    /** Reads a WebSocket that lasts {@code seconds}. */
    ProbeResult read(Target target, String query, long seconds) {
        Duration limit = Duration.ofSeconds(seconds).plus(grace);
        try (Socket socket = target.connect()) {
            socket.setSoTimeout((int) grace.toMillis());
            OutputStream out = socket.getOutputStream();
            out.write(handshake(target, query));
            DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            String line = ProbeUpload.line(in);
            String[] words = line.split(" ", -1);
            if (words.length < 2 || !words[1].matches("\\d{3}")) {
                return result(ProbeResult.End.UNREACHABLE, "the connection was closed without a response");
            }
            status = Integer.parseInt(words[1]);
            if (status != 101) {
                return result(ProbeResult.End.REFUSED, line);
            }
            while (!line.isEmpty()) {
                line = ProbeUpload.line(in);
            }
            while (frame(socket, in, out, limit)) {
                log.dataArrived();
            }
            return result(log.end(ProbeResult.End.CUT), "it was closed by a close frame");
        } catch (SocketTimeoutException e) {
            return result(log.end(ProbeResult.End.STALLED), "");
        } catch (EOFException e) {
            return result(log.end(ProbeResult.End.CUT), "the connection was closed");
        } catch (IOException e) {
            ProbeResult.End cut = status == 0 ? ProbeResult.End.UNREACHABLE : ProbeResult.End.CUT;
            return result(log.end(cut), CommandFailure.sentence(e));
        }
    }

    private static byte[] handshake(Target target, String query) {
        byte[] key = new byte[KEY_BYTES];
        ThreadLocalRandom.current().nextBytes(key);
        return ("GET " + target.probe("ws").getRawPath() + "?" + query + " HTTP/1.1\r\nHost: "
                        + target.base().getAuthority()
                        + "\r\nUser-Agent: rowhound-doctor\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                        + Base64.getEncoder().encodeToString(key) + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads a frame; returns false after a close frame. */
    private boolean frame(Socket socket, DataInputStream in, OutputStream out, Duration limit) throws IOException {
        long left = limit.minus(log.age()).toMillis();
        if (left <= 0) {
            throw new SocketTimeoutException();
        }
        socket.setSoTimeout((int) left);
        int first = in.readUnsignedByte();
        // Server frames are not masked.
        long length = in.readUnsignedByte() & (FIN - 1);
        if (length == LONG_LENGTH) {
            length = in.readUnsignedShort();
        } else if (length == LONGER_LENGTH) {
            length = in.readLong();
        }
        if (length < 0 || length > MAX_FRAME_BYTES) {
            throw new IOException("a frame of " + length + " bytes");
        }
        byte[] payload = new byte[(int) length];
        in.readFully(payload);
        switch (first & 0xf) {
            case CLOSE -> {
                return false;
            }
            case PING -> out.write(pong(payload));
            case TEXT, CONTINUATION -> {
                message.write(payload);
                if ((first & FIN) != 0) {
                    log.take(message.toString(StandardCharsets.UTF_8), json -> json.getString("type", ""));
                    message.reset();
                }
            }
            default -> {
                // A probe sends no other frames.
            }
        }
        return true;
    }

    /** Client frames must be masked; a mask of zeros leaves the bytes unchanged. */
    private static byte[] pong(byte[] payload) {
        byte[] frame = new byte[2 + MASK_BYTES + payload.length];
        frame[0] = (byte) (FIN | PONG);
        frame[1] = (byte) (FIN | payload.length);
        System.arraycopy(payload, 0, frame, 2 + MASK_BYTES, payload.length);
        return frame;
    }

    private ProbeResult result(ProbeResult.End end, String cause) {
        return log.result(status, ProbeResult.NO_HEADERS, Duration.ZERO, end, cause);
    }
}
