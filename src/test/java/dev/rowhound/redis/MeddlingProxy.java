package dev.rowhound.redis;

import dev.rowhound.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** Stands before Redis; a call that holds a text waits until something else has been done. */
public final class MeddlingProxy implements AutoCloseable {
    private final URI target;
    private final NetClient client;
    private final NetServer server;
    private final String text;
    private final Supplier<Future<?>> first;

    /** Before that Redis: what holds the text comes after what is done by the last argument. */
    public MeddlingProxy(Vertx vertx, String url, String text, Supplier<Future<?>> first) {
        this.target = URI.create(url);
        this.text = text;
        this.first = first;
        this.client = vertx.createNetClient();
        this.server =
                Await.result(vertx.createNetServer().connectHandler(this::join).listen(0, "127.0.0.1"));
    }

    private void join(NetSocket caller) {
        caller.pause();
        client.connect(target.getPort(), target.getHost()).onSuccess(redis -> {
            caller.handler(bytes -> {
                if (bytes.toString(StandardCharsets.ISO_8859_1).contains(text)) {
                    caller.pause();
                    first.get().onComplete(done -> {
                        redis.write(bytes);
                        caller.resume();
                    });
                } else {
                    redis.write(bytes);
                }
            });
            redis.handler(caller::write);
            caller.resume();
        });
    }

    /** The address of Redis, by way of this. */
    public String url() {
        return target.toString().replace(target.getHost() + ":" + target.getPort(), "127.0.0.1:" + server.actualPort());
    }

    @Override
    public void close() {
        Await.result(server.close());
        Await.result(client.close());
    }
}
