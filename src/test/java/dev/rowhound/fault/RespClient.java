package dev.rowhound.fault;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One connection to Redis that knows nothing of the program's own. Texts are a character a byte. Not for several
 * threads.
 */
final class RespClient implements AutoCloseable {
    private final Socket socket = new Socket();
    private final InputStream in;

    /** Connects to that port of loopback; an answer may take that long. */
    RespClient(int port, int timeoutMillis) throws IOException {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), timeoutMillis);
        socket.setSoTimeout(timeoutMillis);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    }

    /** An error that Redis answered. */
    static final class RedisError extends IOException {
        private static final long serialVersionUID = 1L;

        RedisError(String message) {
            super(message);
        }
    }

    /** Sends a command and waits for its answer: a {@link String}, a {@link Long}, a list of those, or null. */
    Object call(Object... words) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        append(bytes, words);
        socket.getOutputStream().write(bytes.toByteArray());
        return read();
    }

    /** Reads what these commands answer at one moment. */
    List<?> atOnce(List<Object[]> commands) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        append(bytes, "MULTI");
        commands.forEach(command -> append(bytes, command));
        append(bytes, "EXEC");
        socket.getOutputStream().write(bytes.toByteArray());
        for (int i = 0; i <= commands.size(); i++) {
            read();
        }
        return (List<?>) read();
    }

    String text(Object... words) throws IOException {
        return String.valueOf(call(words));
    }

    long number(Object... words) throws IOException {
        return (Long) call(words);
    }

    /** The first number of a line of {@code INFO}, 0 where there is no such line. */
    long info(String section, String name) throws IOException {
        for (String line : text("INFO", section).split("\r\n")) {
            if (line.startsWith(name + ":")) {
                return Long.parseLong(line.substring(name.length() + 1).replaceAll("^\\D*(\\d+).*$", "$1"));
            }
        }
        return 0;
    }

    private static void append(ByteArrayOutputStream bytes, Object... words) {
        bytes.writeBytes(("*" + words.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
        for (Object word : words) {
            byte[] text = word.toString().getBytes(StandardCharsets.ISO_8859_1);
            bytes.writeBytes(("$" + text.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
            bytes.writeBytes(text);
            bytes.writeBytes(new byte[] {'\r', '\n'});
        }
    }

    private Object read() throws IOException {
        String line = line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> rest;
            case '-' -> throw new RedisError(rest);
            case ':' -> Long.valueOf(rest);
            case '$' -> bulk(Integer.parseInt(rest));
            case '*' -> list(Integer.parseInt(rest));
            default -> throw new IOException("no answer of Redis: " + line);
        };
    }

    private Object list(int size) throws IOException {
        if (size < 0) {
            return null;
        }
        List<Object> list = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            list.add(read());
        }
        return list;
    }

    private String bulk(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        byte[] bytes = in.readNBytes(length + 2);
        if (bytes.length < length + 2) {
            throw new EOFException("Redis hung up");
        }
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\r'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("Redis hung up");
            }
            line.append((char) c);
        }
        in.read();
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
