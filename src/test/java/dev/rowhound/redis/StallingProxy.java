package dev.rowhound.redis;

import dev.rowhound.Await;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A way to Redis that can fall silent as a vanished host does: its connections stay open, and carry nothing. */
final class StallingProxy implements AutoCloseable {
    private final URI target;
    private final NetClient client;
    private final NetServer server;
    private final List<Connection> connections = new CopyOnWriteArrayList<>();

    private static final class Connection {
        private volatile boolean stalled;
        private volatile boolean closed;
    }

    StallingProxy(Vertx vertx, String url) {
        target = URI.create(url);
        client = vertx.createNetClient();
        server = Await.result(vertx.createNetServer().connectHandler(this::join).listen(0, "127.0.0.1"));
    }

    private void join(NetSocket caller) {
        Connection connection = new Connection();
        connections.add(connection);
        caller.pause();
        caller.closeHandler(closed -> connection.closed = true);
        client.connect(target.getPort(), target.getHost()).onSuccess(redis -> {
            caller.handler(bytes -> {
                if (!connection.stalled) {
                    redis.write(bytes);
                }
            });
            redis.handler(bytes -> {
                if (!connection.stalled) {
                    caller.write(bytes);
                }
            });
            caller.resume();
        });
    }

    /** The address of Redis, by way of this. */
    String url() {
        return target.toString().replace(target.getHost() + ":" + target.getPort(), "127.0.0.1:" + server.actualPort());
    }

    /** The connections so far carry nothing from here on; later ones do. */
    void stall() {
        connections.forEach(connection -> connection.stalled = true);
    }

    /** How many connections there are that the caller has not closed. */
    long open() {
        return connections.stream().filter(connection -> !connection.closed).count();
    }

    /** How many connections were made. */
    int made() {
        return connections.size();
    }

    @Override
    public void close() {
        Await.result(server.close());
        Await.result(client.close());
    }
}
