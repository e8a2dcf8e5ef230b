package dev.rowhound.http.legacy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A subscriber to a channel of Redis that knows nothing of the program's own. */
public final class Subscriber implements AutoCloseable {
    private final Socket socket;
    private final List<String> messages = new CopyOnWriteArrayList<>();

    private Subscriber(Socket socket) {
        this.socket = socket;
    }

    /** Subscribes, and returns once Redis says so. */
    public static Subscriber to(URI redis, String channel) throws IOException {
        Socket socket = new Socket(redis.getHost(), redis.getPort());
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        OutputStream out = socket.getOutputStream();
        if (redis.getUserInfo() != null) {
            String password = redis.getUserInfo().substring(1);
            out.write(("AUTH " + password + "\r\n").getBytes(StandardCharsets.UTF_8));
            require(lines.readLine(), "+OK");
        }
        out.write(("SUBSCRIBE " + channel + "\r\n").getBytes(StandardCharsets.UTF_8));
        require(lines.readLine(), "*3");
        for (int line = 0; line < 5; line++) {
            lines.readLine();
        }
        Subscriber subscriber = new Subscriber(socket);
        Thread reader = new Thread(() -> subscriber.read(lines), "subscriber of " + channel);
        reader.setDaemon(true);
        reader.start();
        return subscriber;
    }

    private static void require(String line, String expected) throws IOException {
        if (!expected.equals(line)) {
            throw new IOException("Redis answered " + line);
        }
    }

    /** A push is {@code *3 $7 message $n channel $n payload}, a line each; no payload has a line end in it. */
    private void read(BufferedReader lines) {
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                require(line, "*3");
                for (int part = 0; part < 5; part++) {
                    lines.readLine();
                }
                messages.add(lines.readLine());
            }
        } catch (IOException e) {
            // Closed; what has come stays.
        }
    }

    /** What has come. */
    public List<String> messages() {
        return messages;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
