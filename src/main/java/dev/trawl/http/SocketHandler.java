package dev.trawl.http;

import dev.trawl.http.stream.SocketStream;
import dev.trawl.http.stream.StreamEnd;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /api/v1/jobs/{id}/ws}: a job's events over a WebSocket, from a cursor to the job's end. */
final class SocketHandler {
    private final JobStreams streams;

    SocketHandler(JobStreams streams) {
        this.streams = streams;
    }

    void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (!isHandshake(request)) {
            streams.serve(context, () -> Future.failedFuture(noUpgrade()), () -> context.fail(noUpgrade()));
            return;
        }
        // Nothing may be read from it until it is known what it becomes.
        request.pause();
        streams.serve(
                context,
                () -> upgrade(request),
                () -> upgrade(request)
                        .onSuccess(stream -> stream.end(StreamEnd.ENDED))
                        .onFailure(context::fail));
    }

    /** What a request is told that is no opening handshake. */
    private static ApiException noUpgrade() {
        return new ApiException(ApiError.of(
                426,
                "upgrade_required",
                "this address speaks WebSocket; a proxy in between must pass on the headers Upgrade and Connection"));
    }

    /** Makes a request a WebSocket; fails with 426 for one that is no opening handshake. */
    static Future<ServerWebSocket> socket(HttpServerRequest request) {
        return isHandshake(request) ? request.toWebSocket() : Future.failedFuture(noUpgrade());
    }

    private static boolean isHandshake(HttpServerRequest request) {
        return "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE));
    }

    private Future<SocketStream> upgrade(HttpServerRequest request) {
        return socket(request).map(socket -> {
            SocketStream stream =
                    new SocketStream(request, socket, streams.open().config());
            stream.open();
            return stream;
        });
    }
}
