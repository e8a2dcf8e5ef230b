package dev.rowhound.clients;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A client that writes what frames it likes (RFC 6455) and reads only when it is told to. */
public final class RawWebSocket implements Closeable {
    /** Opcodes. */
    public static final int CONTINUATION = 0;

    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;

    /** What a closed connection without a close frame is told as. */
    public static final int CUT = 1006;

    private static final int RECEIVE_BYTES = 4096;
    private static final int TIMEOUT_MILLIS = 20_000;
    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final int SHORT_LENGTH = 126;
    private static final int LONG_LENGTH = 127;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final OutputStream out;
    private final int status;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    private RawWebSocket(URI server, String head) throws IOException {
        socket.setReceiveBufferSize(RECEIVE_BYTES);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()), TIMEOUT_MILLIS);
        out = socket.getOutputStream();
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), RECEIVE_BYTES));
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        status = Integer.parseInt(line().split(" ")[1]);
        for (String line = line(); !line.isEmpty(); line = line()) {
            headers.put(
                    line.substring(0, line.indexOf(':')),
                    line.substring(line.indexOf(':') + 1).strip());
        }
    }

    /** Opens that path with an opening handshake as the standard has it. */
    public static RawWebSocket open(URI server, String path) throws IOException {
        RawWebSocket opened = handshake(
                server,
                path,
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==");
        if (opened.status != 101) {
            throw new IOException(path + " is answered " + opened.status);
        }
        return opened;
    }

    /** Asks for that path with those lines in the head. */
    public static RawWebSocket handshake(URI server, String path, String... lines) throws IOException {
        List<String> head = new ArrayList<>(List.of("GET " + path + " HTTP/1.1", "Host: " + server.getAuthority()));
        head.addAll(List.of(lines));
        return new RawWebSocket(server, String.join("\r\n", head) + "\r\n\r\n");
    }

    /** The answer's status. */
    public int status() {
        return status;
    }

    /** A header of the answer; empty where there is none. */
    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** Writes a frame that is a whole message, or a control frame. */
    public void send(int opcode, byte[] payload) throws IOException {
        out.write(frame(opcode, true, payload));
    }

    /** Writes bytes as they are. */
    public void write(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    /** A frame with a mask of zeros, so that its bytes stay as they are. */
    public static byte[] frame(int opcode, boolean last, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(payload.length + 14);
        frame.write((last ? FINAL : 0) | opcode);
        if (payload.length < SHORT_LENGTH) {
            frame.write(MASKED | payload.length);
        } else if (payload.length < 1 << Short.SIZE) {
            frame.write(MASKED | SHORT_LENGTH);
            frame.write(payload.length >> Byte.SIZE);
            frame.write(payload.length);
        } else {
            frame.write(MASKED | LONG_LENGTH);
            for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
                frame.write((int) ((long) payload.length >> shift));
            }
        }
        frame.writeBytes(new byte[4]);
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    /** The next text, control frames aside; fails when the socket is closed. */
    public String text() throws IOException {
        while (true) {
            Frame frame = read();
            if (frame.opcode == TEXT) {
                return new String(frame.payload, StandardCharsets.UTF_8);
            }
            if (frame.opcode == CLOSE) {
                throw new EOFException("closed");
            }
        }
    }

    /** Reads up to the close frame, whose code and reason it answers; {@code 1006} where there is none. */
    public String closed() throws IOException {
        try {
            while (true) {
                Frame frame = read();
                if (frame.opcode == CLOSE) {
                    int code = (frame.payload[0] & 0xff) << Byte.SIZE | frame.payload[1] & 0xff;
                    return (code + " " + new String(frame.payload, 2, frame.payload.length - 2, StandardCharsets.UTF_8))
                            .strip();
                }
            }
        } catch (EOFException | java.net.SocketException e) {
            return String.valueOf(CUT);
        }
    }

    private record Frame(int opcode, byte[] payload) {}

    private Frame read() throws IOException {
        int opcode = in.readUnsignedByte() & 0xf;
        long length = in.readUnsignedByte();
        if (length == SHORT_LENGTH) {
            length = in.readUnsignedShort();
        } else if (length == LONG_LENGTH) {
            length = in.readLong();
        }
        byte[] payload = new byte[(int) length];
        in.readFully(payload);
        return new Frame(opcode, payload);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.readUnsignedByte(); next != '\n'; next = in.readUnsignedByte()) {
            line.append((char) next);
        }
        return line.toString().strip();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
