package dev.rowhound.fault;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between a node and Redis. For a while it lets calls through but no replies; then the connections break, as
 * they do on a network that has lost them.
 */
final class ReplyDropper implements AutoCloseable {
    private final ServerSocket server;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean dropping;

    ReplyDropper(int target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(RedisServer.freePort(), 50, InetAddress.getLoopbackAddress());
        run("accept", this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Drops replies for that long. */
    void drop(Duration time) throws InterruptedException {
        dropping = true;
        Thread.sleep(time.toMillis());
        open.forEach(ReplyDropper::close);
        dropping = false;
    }

    private void accept() throws IOException {
        while (!server.isClosed()) {
            Socket node = server.accept();
            open.add(node);
            try {
                Socket redis = new Socket(InetAddress.getLoopbackAddress(), target);
                redis.setTcpNoDelay(true);
                node.setTcpNoDelay(true);
                open.add(redis);
                run("calls", () -> pump(node, redis, false));
                run("replies", () -> pump(redis, node, true));
            } catch (IOException e) {
                close(node);
                open.remove(node);
            }
        }
    }

    private void pump(Socket from, Socket to, boolean replies) throws IOException {
        byte[] bytes = new byte[1 << 16];
        try {
            for (int n = from.getInputStream().read(bytes);
                    n >= 0;
                    n = from.getInputStream().read(bytes)) {
                if (!replies || !dropping) {
                    to.getOutputStream().write(bytes, 0, n);
                }
            }
        } finally {
            close(from);
            close(to);
            open.remove(from);
            open.remove(to);
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void run(String name, Step step) {
        Thread thread = new Thread(
                () -> {
                    try {
                        step.run();
                    } catch (IOException e) {
                        // Either side has hung up.
                    }
                },
                "dropper-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        open.forEach(ReplyDropper::close);
    }
}
