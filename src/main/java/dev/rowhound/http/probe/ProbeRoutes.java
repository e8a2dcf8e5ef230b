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
 * Endpoints for {@code rowhound doctor}, which measures what the proxies between it and the node do: an event stream, a
 * WebSocket and an upload that need no job and store nothing.
 */
public final class ProbeRoutes implements RouteModule {
    private static final int MAX_SECONDS = 150;
    private static final int DEFAULT_SECONDS = 30;
    private static final int MIN_INTERVAL_MILLIS = 50;
    private static final int MAX_INTERVAL_MILLIS = 60_000;
    private static final int DEFAULT_INTERVAL_MILLIS = 1_000;

    /** Request headers of the API. The greeting lists those that arrived, which reveals headers that proxies remove. */
    private static final List<String> KNOWN_HEADERS =
            List.of("last-event-id", "rowhound-user", "rowhound-job-id", "idempotency-key", "x-request-id");

    private final long maxUploadBytes;
    private final ProbeLimits limits;
    private final Clock clock = Clock.systemUTC();

    /**
     * Creates the routes for all servers of a node, which share the limits.
     *
     * @param maxUploadBytes maximum size of an upload
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

    /** Serves {@code GET /api/v1/probe/events}: a run as Server-Sent Events. */
    private void events(RoutingContext context, Server server) {
        HttpServerRequest request = context.request();
        ProbeRun.Options options = options(context);
        limits.begin(RequestScope.of(context).client());
        SilentConnection.allowToAnswer(request);
        SseStream stream = new SseStream(request, server.streams().config().silent());
        ProbeRun run = new ProbeRun(server.vertx(), clock, options, new ProbeRun.Out() {
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
        start(run, stream, greeting(context, options, server), server);
    }

    /** Serves {@code GET /api/v1/probe/ws}: a run over a WebSocket. */
    private void socket(RoutingContext context, Server server) {
        HttpServerRequest request = context.request();
        ProbeRun.Options options = options(context);
        Refusal refusal = Handshake.refusal(request);
        if (refusal != null) {
            throw refusal;
        }
        limits.begin(RequestScope.of(context).client());
        JsonObject greeting = greeting(context, options, server);
        SilentConnection.allow(request);
        Handshake.accept(request)
                .onSuccess(socket -> {
                    Socket stream = new Socket(request, socket, server.streams().config());
                    stream.open();
                    start(new ProbeRun(server.vertx(), clock, options, stream), stream, greeting, server);
                })
                .onFailure(error -> limits.end());
    }

    /** Starts a run, which ends with its stream. */
    private void start(ProbeRun run, LiveStream stream, JsonObject greeting, Server server) {
        server.streams().add(stream);
        run.start(greeting);
        stream.onClose(() -> {
            run.stop();
            limits.end();
        });
    }

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

    /** Serves {@code POST /api/v1/probe/upload}: counts the bytes of the body and discards them. */
    private void upload(RoutingContext context) {
        HttpServerRequest request = context.request();
        limits.begin(RequestScope.of(context).client());
        context.addEndHandler(ended -> limits.end());
        BodyLimit limit = RequestScope.of(context).bodyLimit();
        long maxBytes = limit.maxBytes();
        long[] receivedBytes = {0};
        request.handler(bytes -> {
            boolean within = receivedBytes[0] <= maxBytes;
            receivedBytes[0] += bytes.length();
            if (within && receivedBytes[0] > maxBytes) {
                // Answer without waiting for the end of the body.
                BodyLimit.closeAfterResponse(context);
                Errors.answer(context, limit.tooLarge());
            }
        });
        request.endHandler(ended -> {
            if (receivedBytes[0] <= maxBytes) {
                var unused = context.json(new JsonObject()
                        .put("bytes", receivedBytes[0])
                        .put("max_upload_bytes", maxBytes)
                        .put("at", ProbeRun.time(clock)));
            }
        });
    }

    /** Returns the greeting: settings of this node, and the request as it arrived. */
    private JsonObject greeting(RoutingContext context, ProbeRun.Options options, Server server) {
        HttpServerRequest request = context.request();
        JsonArray received = new JsonArray();
        KNOWN_HEADERS.stream().filter(name -> request.getHeader(name) != null).forEach(received::add);
        return new JsonObject()
                .put("v", 1)
                .put("type", "probe.hello")
                .put("at", ProbeRun.time(clock))
                .put("seconds", options.length().toSeconds())
                .put("interval_ms", options.interval().toMillis())
                .put("quiet", options.quiet())
                .put("after", options.after().seq())
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
                .put("headers", received);
    }

    private static ProbeRun.Options options(RoutingContext context) {
        String lastEventId = SseStream.lastEventId(context.request());
        Cursor after = lastEventId == null ? null : Cursor.parse(lastEventId);
        if (after == null || after.mark().isEmpty()) {
            after = new Cursor(
                    0,
                    String.format(
                            Locale.ROOT, "%08x", ThreadLocalRandom.current().nextInt()));
        }
        return new ProbeRun.Options(
                Duration.ofSeconds(QueryParams.number(context, "seconds", DEFAULT_SECONDS, 1, MAX_SECONDS)),
                Duration.ofMillis(QueryParams.number(
                        context, "interval_ms", DEFAULT_INTERVAL_MILLIS, MIN_INTERVAL_MILLIS, MAX_INTERVAL_MILLIS)),
                QueryParams.number(context, "quiet", 0, 0, 1) == 1,
                after);
    }
}
