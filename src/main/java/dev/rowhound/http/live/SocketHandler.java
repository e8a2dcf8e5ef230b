package dev.rowhound.http.live;

import dev.rowhound.app.Refusal;
import dev.rowhound.http.stream.Handshake;
import dev.rowhound.http.stream.SocketStream;
import dev.rowhound.http.stream.StreamEnd;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /api/v1/jobs/{id}/ws}: a job's events over a WebSocket, from a cursor to the job's end. */
final class SocketHandler {
    private final JobStreams streams;

    SocketHandler(JobStreams streams) {
        this.streams = streams;
    }

    void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        Refusal refusal = Handshake.refusal(request);
        if (refusal != null) {
            streams.serve(context, () -> Future.failedFuture(refusal), () -> context.fail(refusal));
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

    private Future<SocketStream> upgrade(HttpServerRequest request) {
        return Handshake.accept(request).map(socket -> {
            SocketStream stream =
                    new SocketStream(request, socket, streams.open().config());
            stream.open();
            return stream;
        });
    }
}
