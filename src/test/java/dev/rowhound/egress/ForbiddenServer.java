package dev.rowhound.egress;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server of bare sockets on a free port of this machine. It counts every connection, whether or not a request comes
 * over it, and answers byte for byte what a test says.
 */
final class ForbiddenServer implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("(?i)\ncontent-length: ([0-9]+)");

    private final ServerSocket listener;
    private final AtomicInteger connections = new AtomicInteger();
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    /** ProxyResponses one request and leaves the connection open, unless it closes it. */
    @FunctionalInterface
    interface Answer {
        void to(String head, String body, Socket socket) throws IOException;
    }

    ForbiddenServer() {
        this("127.0.0.1");
    }

    ForbiddenServer(String address) {
        this(address, 0);
    }

    ForbiddenServer(String address, int port) {
        try {
            listener = new ServerSocket(port, 50, InetAddress.getByName(address));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread thread = new Thread(this::accept, "canary");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Connections so far. */
    int connections() {
        return connections.get();
    }

    /** The head of each request so far. */
    List<String> heads() {
        return heads;
    }

    /** The first line of each request so far. */
    List<String> lines() {
        return heads.stream().map(head -> head.lines().findFirst().orElse("")).toList();
    }

    /** Answers requests whose line contains that with a page. */
    ForbiddenServer page(String part, String html) {
        return answer(
                part, (head, body, socket) -> send(socket, "200 OK", "Content-Type: text/html; charset=utf-8", html));
    }

    /** Answers requests whose line contains that; the longest such part counts. */
    ForbiddenServer answer(String part, Answer answer) {
        answers.put(part, answer);
        return this;
    }

    static void send(Socket socket, String status, String header, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        write(
                socket,
                "HTTP/1.1 " + status + "\r\n" + header + "\r\nContent-Length: " + bytes.length + "\r\n\r\n" + body);
    }

    static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                connections.incrementAndGet();
                sockets.add(socket);
                Thread thread = new Thread(() -> serve(socket), "canary");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            while (true) {
                StringBuilder head = new StringBuilder();
                for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                    head.append(line).append('\n');
                }
                if (head.isEmpty()) {
                    return;
                }
                heads.add(head.toString());
                String first = head.toString().lines().findFirst().orElse("");
                answers.entrySet().stream()
                        .filter(entry -> first.contains(entry.getKey()))
                        .max(java.util.Comparator.comparingInt(
                                entry -> entry.getKey().length()))
                        .map(Map.Entry::getValue)
                        .orElse((h, b, s) -> send(s, "404 Not Found", "Content-Type: text/plain", "nothing here"))
                        .to(head.toString(), body(head.toString(), in), socket);
            }
        } catch (IOException e) {
            // The other side has left.
        }
    }

    private static String body(String head, BufferedReader in) throws IOException {
        Matcher length = LENGTH.matcher(head);
        char[] body = new char[length.find() ? Integer.parseInt(length.group(1)) : 0];
        for (int i = 0; i < body.length; i++) {
            body[i] = (char) in.read();
        }
        return new String(body);
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
