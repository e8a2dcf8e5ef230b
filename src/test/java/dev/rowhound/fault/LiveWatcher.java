package dev.rowhound.fault;

import dev.rowhound.fault.Ending.Via;
import dev.rowhound.http.EventStream;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.parsetools.RecordParser;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Watches a job over one of the three protocols, and goes on elsewhere with its last id whenever it is cut off. Lives
 * on one event loop; its public face may be used from any thread.
 */
final class LiveWatcher implements AutoCloseable {
    /** A few heartbeats of the nodes of a {@link Cluster}. */
    private static final long SILENCE_MILLIS = 2500;

    /** How long a node may take to answer, which may have begun to serve a moment ago. */
    private static final long ANSWER_MILLIS = 5000;

    private static final int CONNECT_MILLIS = 2000;
    private static final int PAUSE_MILLIS = 50;
    private static final int PAUSE_SPREAD = 150;
    private static final int LARGEST_FRAME = 1 << 20;

    /** What all watchers share. */
    static final class Clients implements AutoCloseable {
        private final Vertx vertx;
        private final HttpClientAgent http;
        private final WebSocketClient sockets;

        Clients() {
            vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
            // Each request has a connection of its own, as it has with a client that comes anew.
            http = vertx.createHttpClient(
                    new HttpClientOptions().setKeepAlive(false).setConnectTimeout(CONNECT_MILLIS),
                    new PoolOptions().setHttp1MaxSize(2000));
            sockets = vertx.createWebSocketClient(new WebSocketClientOptions()
                    .setMaxConnections(2000)
                    .setConnectTimeout(CONNECT_MILLIS)
                    .setMaxFrameSize(LARGEST_FRAME));
        }

        @Override
        public void close() throws Exception {
            vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
            AppliedLog.forgetTexts();
        }
    }

    private final Clients clients;
    private final Via via;
    private final String job;
    private final Random random;
    private final BiFunction<Random, String, URI> nodes;
    private final AppliedLog log;
    private final List<Ending> endings = new ArrayList<>();
    private volatile boolean ended;
    private volatile boolean closing;
    private volatile String node = "";
    private volatile boolean connected;

    // Only on the event loop.
    private int attempt;
    private long heard = System.nanoTime();
    private int retry;
    private Runnable cut = () -> {};

    /**
     * Begins to watch.
     *
     * @param cursor the last id that it has, {@code 0} where it begins
     * @param nodes where to connect, given where it was before; null for nowhere at present
     */
    LiveWatcher(Clients clients, Via via, String job, String cursor, long seed, BiFunction<Random, String, URI> nodes) {
        this.clients = clients;
        this.via = via;
        this.job = job;
        this.random = new Random(seed);
        this.nodes = nodes;
        this.log = new AppliedLog(via + "-" + seed, cursor);
        clients.vertx.setPeriodic(SILENCE_MILLIS / 5, timer -> {
            if (closing) {
                clients.vertx.cancelTimer(timer);
            } else if (!ended && silent() > (connected ? SILENCE_MILLIS : ANSWER_MILLIS)) {
                end(attempt, false, 0, "silence");
            }
        });
        clients.vertx.runOnContext(none -> connect());
    }

    AppliedLog log() {
        return log;
    }

    Via via() {
        return via;
    }

    /** The authority that it is or was connected to last. */
    String node() {
        return node;
    }

    /** Whether the body of an answer has begun to come. */
    boolean connected() {
        return connected;
    }

    /** Whether it was told that nothing will follow. */
    boolean ended() {
        return ended;
    }

    /**
     * Where it had heard that nothing will follow it asks once more: that end may be gone. The future ends when it has
     * begun to.
     */
    Future<Void> again() {
        Promise<Void> begun = Promise.promise();
        clients.vertx.runOnContext(none -> {
            if (ended) {
                ended = false;
                connect();
            }
            begun.complete();
        });
        return begun.future();
    }

    /** How its connections have ended so far. */
    List<Ending> endings() {
        synchronized (endings) {
            return List.copyOf(endings);
        }
    }

    private void connect() {
        if (closing || ended) {
            return;
        }
        int mine = ++attempt;
        heard = System.nanoTime();
        retry = 0;
        connected = false;
        cut = () -> {};
        URI target = nodes.apply(random, node);
        if (target == null) {
            later();
            return;
        }
        node = target.getAuthority();
        switch (via) {
            case SSE -> sse(mine, target);
            case SOCKET -> socket(mine, target);
            case POLL -> poll(mine, target);
        }
    }

    private long silent() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - heard);
    }

    private void later() {
        clients.vertx.setTimer(PAUSE_MILLIS + random.nextInt(PAUSE_SPREAD), timer -> connect());
    }

    /** A connection is over; those before the present one are known to be. */
    private void end(int which, boolean clean, int code, String cause) {
        if (which != attempt || closing) {
            return;
        }
        synchronized (endings) {
            endings.add(new Ending(via, node, clean, code, cause, retry, System.currentTimeMillis()));
        }
        attempt++;
        connected = false;
        cut.run();
        if (!ended) {
            later();
        }
    }

    private String path(String end) {
        return NodeApi.JOBS + "/" + job + end;
    }

    private void request(int mine, URI target, String path, Consumer<HttpClientResponse> answer) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost(target.getHost())
                .setPort(target.getPort())
                .setURI(path);
        if (via == Via.SSE && !log.lastId().equals("0")) {
            options.putHeader("Last-Event-ID", log.lastId());
        }
        clients.http
                .request(options)
                .compose(request -> {
                    cut = () -> request.connection().close();
                    return mine == attempt ? request.send() : stale(request);
                })
                .onSuccess(response -> {
                    heard = System.nanoTime();
                    response.exceptionHandler(error -> end(mine, false, 0, error.toString()));
                    if (mine == attempt) {
                        answer.accept(response);
                    }
                })
                .onFailure(error -> end(mine, false, 0, error.toString()));
    }

    private static Future<HttpClientResponse> stale(HttpClientRequest request) {
        var unused = request.connection().close();
        return Future.failedFuture("too late");
    }

    private void sse(int mine, URI target) {
        request(mine, target, path("/events"), response -> {
            if (response.statusCode() == 204) {
                ended = true;
            }
            EventStream.Lines fields = new EventStream.Lines();
            RecordParser lines = RecordParser.newDelimited("\n", line -> {
                heard = System.nanoTime();
                if (mine == attempt) {
                    take(fields, line.toString());
                }
            });
            if (response.statusCode() == 200) {
                response.handler(lines::handle);
            }
            response.endHandler(none -> end(mine, true, response.statusCode() == 200 ? 0 : response.statusCode(), ""));
        });
    }

    private void take(EventStream.Lines fields, String line) {
        try {
            EventStream.Event event = fields.line(line);
            if (line.startsWith("retry: ")) {
                retry = fields.retryMillis();
                connected = true;
            }
            if (event != null && event.id() != null) {
                if ("reset".equals(event.type())) {
                    log.reset(event.id());
                } else {
                    log.event(event.data(), event.id());
                }
            }
        } catch (IOException e) {
            log.wrong("is no line of a stream: " + line);
        }
    }

    private void socket(int mine, URI target) {
        String id = log.lastId();
        // It listens before it connects, for on a busy machine frames come before the connection is reported.
        ClientWebSocket socket = clients.sockets.webSocket();
        socket.exceptionHandler(error -> {});
        socket.textMessageHandler(text -> {
            heard = System.nanoTime();
            if (mine == attempt) {
                frame(text);
            }
        });
        socket.closeHandler(none -> {
            int code = socket.closeStatusCode() == null ? 0 : socket.closeStatusCode();
            if (mine == attempt && code == 1000) {
                ended = true;
            }
            // 1006 stands for no close frame at all.
            end(mine, code != 0 && code != 1006, code, "");
        });
        socket.connect(new WebSocketConnectOptions()
                        .setHost(target.getHost())
                        .setPort(target.getPort())
                        .setURI(path("/ws" + (id.equals("0") ? "" : "?lastEventId=" + id))))
                .onFailure(error -> end(mine, false, 0, error.toString()))
                .onSuccess(open -> {
                    if (mine != attempt) {
                        var unused = open.close();
                        return;
                    }
                    heard = System.nanoTime();
                    connected = true;
                    cut = open::close;
                });
    }

    private void frame(String text) {
        if (text.startsWith("{\"v\":1,\"type\":\"reset\"")) {
            log.reset(new JsonObject(text).getString("id"));
        } else if (!text.equals("{\"v\":1,\"type\":\"heartbeat\"}")) {
            log.event(text, null);
        }
    }

    private void poll(int mine, URI target) {
        request(mine, target, path("/events?wait=1s&after=" + log.lastId()), response -> {
            connected = true;
            response.body().onSuccess(body -> {
                if (mine == attempt) {
                    answered(mine, response.statusCode(), body);
                }
            });
        });
    }

    private void answered(int mine, int status, Buffer body) {
        if (status != 200) {
            end(mine, true, status, "");
            return;
        }
        String text = body.toString();
        JsonObject json = new JsonObject(text);
        if (json.containsKey("reset")) {
            log.reset(json.getJsonObject("reset").getString("id"));
        }
        PollBody.events(text).forEach(event -> log.event(event, null));
        if (!json.getString("last").equals(log.lastId()) && !log.lastId().equals("0")) {
            log.wrong("a poll behind " + log.lastId() + " says that " + json.getString("last") + " is next");
        }
        ended = json.getBoolean("ended");
        attempt++;
        connect();
    }

    @Override
    public void close() {
        closing = true;
        clients.vertx.runOnContext(none -> cut.run());
    }
}
