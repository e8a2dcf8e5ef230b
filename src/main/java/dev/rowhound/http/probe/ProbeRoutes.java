package dev.rowhound.http.probe;

import dev.rowhound.app.Refusal;
import dev.rowhound.http.request.BodyLimit;
import dev.rowhound.http.request.Errors;
import dev.rowhound.http.request.QueryParams;
import dev.rowhound.http.request.RequestScope;
import dev.rowhound.http.request.RouteModule;
import dev.rowhound.http.request.RouteTable;
import dev.rowhound.http.stream.Handshake;
import dev.rowhound.http.stream.LiveStream;
import dev.rowhound.http.stream.SilentConnection;
import dev.rowhound.http.stream.SocketStream;
import dev.rowhound.http.stream.SseStream;
import dev.rowhound.http.stream.StreamConfig;
import dev.rowhound.http.stream.StreamEnd;
import dev.rowhound.progress.Cursor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What {@code rowhound doctor} asks, to learn what the proxies between it and the node do: a stream, a socket and an upload
 * that need no job and leave nothing behind.
 */
public final class ProbeRoutes implements RouteModule {
    private static final int MOST_SECONDS = 150;
    private static final int USUAL_SECONDS = 30;
    private static final int LEAST_INTERVAL = 50;
    private static final int MOST_INTERVAL = 60_000;
    private static final int USUAL_INTERVAL = 1_000;

    /** The request's headers that Rowhound's API knows: the answer names those that came, so that lost ones show. */
    private static final List<String> KNOWN_HEADERS =
            List.of("last-event-id", "rowhound-user", "rowhound-job-id", "idempotency-key", "x-request-id");

    private final long maxUploadBytes;
    private final ProbeLimits limits;
    private final Clock clock = Clock.systemUTC();

    /**
     * The same routes for all servers of a node, which share the limits.
     *
     * @param maxUploadBytes how large an upload may be
     */
    public ProbeRoutes(ProbeConfig config, long maxUploadBytes) {
        this.maxUploadBytes = maxUploadBytes;
        this.limits = new ProbeLimits(config, System::nanoTime);
    }

    @Override
    public void mount(RouteTable routes, Server server) {
        routes.get("/api/v1/probe/events").streaming().handler(context -> events(context, server));
        routes.get("/api/v1/probe/ws").streaming().handler(context -> socket(context, server));
        routes.post("/api/v1/probe/upload").upload(maxUploadBytes).handler(this::upload);
    }

    /** {@code GET /api/v1/probe/events}: a run as Server-Sent Events. */
    private void events(RoutingContext context, Server server) {
        HttpServerRequest request = context.request();
        ProbeRun.Wish wish = wish(context);
        limits.begin(RequestScope.of(context).client());
        SilentConnection.allowToAnswer(request);
        SseStream stream = new SseStream(request, server.streams().config().silent());
        ProbeRun run = new ProbeRun(server.vertx(), clock, wish, new ProbeRun.Out() {
            private boolean full;

            @Override
            public void unnumbered(String type, JsonObject json) {
                Buffer bytes = Buffer.buffer();
                SseStream.append(bytes, type, json.encode());
                var unused = stream.write(bytes);
            }

            @Override
            public void numbered(String id, JsonObject json) {
                Buffer bytes = Buffer.buffer();
                SseStream.append(bytes, id, "probe", json.encode());
                full = true;
                stream.write(bytes).onSuccess(drained -> full = false);
            }

            @Override
            public boolean full() {
                return full;
            }

            @Override
            public void end() {
                stream.end(StreamEnd.ENDED);
            }
        });
        stream.open();
        start(run, stream, greeting(context, wish, server), server);
    }

    /** {@code GET /api/v1/probe/ws}: the same as a WebSocket. */
    private void socket(RoutingContext context, Server server) {
        HttpServerRequest request = context.request();
        ProbeRun.Wish wish = wish(context);
        Refusal refusal = Handshake.refusal(request);
        if (refusal != null) {
            throw refusal;
        }
        limits.begin(RequestScope.of(context).client());
        JsonObject greeting = greeting(context, wish, server);
        SilentConnection.allow(request);
        Handshake.accept(request)
                .onSuccess(socket -> {
                    Socket stream = new Socket(request, socket, server.streams().config());
                    stream.open();
                    start(new ProbeRun(server.vertx(), clock, wish, stream), stream, greeting, server);
                })
                .onFailure(refused -> limits.end());
    }

    /** Runs until the run or its stream is over. */
    private void start(ProbeRun run, LiveStream stream, JsonObject greeting, Server server) {
        server.streams().add(stream);
        run.start(greeting);
        stream.onClose(() -> {
            run.stop();
            limits.end();
        });
    }

    /** A probe's WebSocket. */
    private static final class Socket extends SocketStream implements ProbeRun.Out {
        private boolean full;

        Socket(HttpServerRequest request, ServerWebSocket socket, StreamConfig config) {
            super(request, socket, config.silent());
        }

        @Override
        public void unnumbered(String type, JsonObject json) {
            var unused = texts(List.of(json.encode()));
        }

        @Override
        public void numbered(String id, JsonObject json) {
            full = true;
            texts(List.of(json.encode())).onSuccess(drained -> full = false);
        }

        @Override
        public boolean full() {
            return full;
        }

        @Override
        public void end() {
            end(StreamEnd.ENDED);
        }
    }

    /** {@code POST /api/v1/probe/upload}: counts the body's bytes and keeps none of them. */
    private void upload(RoutingContext context) {
        HttpServerRequest request = context.request();
        limits.begin(RequestScope.of(context).client());
        context.addEndHandler(ended -> limits.end());
        BodyLimit limit = RequestScope.of(context).bodyLimit();
        long most = limit.maxBytes();
        long[] taken = {0};
        request.handler(bytes -> {
            boolean within = taken[0] <= most;
            taken[0] += bytes.length();
            if (within && taken[0] > most) {
                // Its end may be far; the answer goes out at once.
                BodyLimit.hangUp(context);
                Errors.answer(context, limit.tooLarge());
            }
        });
        request.endHandler(ended -> {
            if (taken[0] <= most) {
                var unused = context.json(new JsonObject()
                        .put("bytes", taken[0])
                        .put("max_upload_bytes", most)
                        .put("at", ProbeRun.time(clock)));
            }
        });
    }

    /** What the node has to tell of itself, and of the request as it came. */
    private JsonObject greeting(RoutingContext context, ProbeRun.Wish wish, Server server) {
        HttpServerRequest request = context.request();
        JsonArray came = new JsonArray();
        KNOWN_HEADERS.stream().filter(name -> request.getHeader(name) != null).forEach(came::add);
        return new JsonObject()
                .put("v", 1)
                .put("type", "probe.hello")
                .put("at", ProbeRun.time(clock))
                .put("seconds", wish.length().toSeconds())
                .put("interval_ms", wish.interval().toMillis())
                .put("quiet", wish.quiet())
                .put("after", wish.after().seq())
                .put("heartbeat_ms", server.streams().config().heartbeatMillis())
                .put("max_upload_bytes", maxUploadBytes)
                .put(
                        "http",
                        switch (request.version()) {
                            case HTTP_1_0 -> "1.0";
                            case HTTP_1_1 -> "1.1";
                            case HTTP_2 -> "2";
                        })
                .put("client", RequestScope.of(context).client())
                .put("accept_encoding", request.getHeader(HttpHeaders.ACCEPT_ENCODING))
                .put("last_event_id", request.getHeader("Last-Event-ID"))
                .put("headers", came);
    }

    private static ProbeRun.Wish wish(RoutingContext context) {
        String given = SseStream.lastEventId(context.request());
        Cursor after = given == null ? null : Cursor.parse(given);
        if (after == null || after.mark().isEmpty()) {
            after = new Cursor(
                    0,
                    String.format(
                            Locale.ROOT, "%08x", ThreadLocalRandom.current().nextInt()));
        }
        return new ProbeRun.Wish(
                Duration.ofSeconds(QueryParams.number(context, "seconds", USUAL_SECONDS, 1, MOST_SECONDS)),
                Duration.ofMillis(
                        QueryParams.number(context, "interval_ms", USUAL_INTERVAL, LEAST_INTERVAL, MOST_INTERVAL)),
                QueryParams.number(context, "quiet", 0, 0, 1) == 1,
                after);
    }
}
