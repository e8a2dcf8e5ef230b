package dev.rowhound.front;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A server in a node's place that does what a node seldom does, and tells what has reached it. */
final class Upstream implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile boolean ready = true;

    Upstream() throws Exception {
        server = vertx.createHttpServer()
                .requestHandler(this::answer)
                .webSocketHandler(this::talk)
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.actualPort());
    }

    /** Method and path of what was asked for, but for health. */
    List<String> requests() {
        return requests;
    }

    /** What it says of itself from here on. */
    void ready(boolean answer) {
        ready = answer;
    }

    private void answer(HttpServerRequest request) {
        if (request.path().equals("/health/ready")) {
            request.response().setStatusCode(ready ? 200 : 503).end();
            return;
        }
        requests.add(request.method() + " " + request.path());
        if (request.path().endsWith("/events")) {
            stream(request);
        } else if (request.path().endsWith("/break")) {
            // The request has arrived whole, and the answer never comes.
            request.end().onSuccess(whole -> request.connection().close());
        } else {
            JsonObject headers = new JsonObject();
            request.headers()
                    .names()
                    .forEach(name -> headers.put(
                            name.toLowerCase(Locale.ROOT),
                            new JsonArray(request.headers().getAll(name))));
            request.end().onSuccess(whole -> request.response().end(headers.encode()));
        }
    }

    /** An event, silence for so many milliseconds ({@code ?silence=}), another event, the end. */
    private void stream(HttpServerRequest request) {
        request.response().setChunked(true).putHeader("Content-Type", "text/event-stream");
        request.response().write("id: 1\ndata: {\"seq\":1}\n\n");
        vertx.setTimer(
                Long.parseLong(request.getParam("silence")),
                id -> request.response().end("id: 2\ndata: {\"seq\":2}\n\n"));
    }

    /**
     * Answers {@code ping} like a node; {@code beat} with a frame every 250 ms from then on; {@code end} with a node's
     * close. Says nothing by itself.
     */
    private void talk(ServerWebSocket socket) {
        requests.add("WS " + socket.uri());
        socket.textMessageHandler(text -> {
            switch (text) {
                case "ping" -> socket.writeTextMessage("{\"type\":\"pong\"}");
                case "beat" -> {
                    long timer =
                            vertx.setPeriodic(250, id -> socket.writeTextMessage("{\"v\":1,\"type\":\"heartbeat\"}"));
                    socket.closeHandler(closed -> vertx.cancelTimer(timer));
                }
                default -> socket.close((short) 1012, "restart");
            }
        });
    }

    @Override
    public void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }
}
