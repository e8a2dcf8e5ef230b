package dev.trawl.cli.doctor;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Reads a probe's WebSocket to its end, and notes when what arrived. */
final class ProbeSocket {
    private final Duration grace;
    private final List<Arrival> events = new ArrayList<>();
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private final long begun = System.nanoTime();
    private JsonObject hello = new JsonObject();
    private boolean whole;
    private volatile long heard = begun;

    /** For one socket, whose end is waited for that long after it is due. */
    ProbeSocket(Duration grace) {
        this.grace = grace;
    }

    /** Reads one that lasts for so many seconds. */
    Reading read(Target target, String query, long seconds) throws InterruptedException {
        Duration limit = Duration.ofSeconds(seconds).plus(grace);
        WebSocket socket;
        try {
            socket = target.http()
                    .newWebSocketBuilder()
                    .connectTimeout(grace)
                    .buildAsync(target.socket("ws?" + query), new Listener())
                    .get(grace.toMillis() * 2, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return reading(0, Reading.End.STALLED, "");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() instanceof CompletionException wrapped && wrapped.getCause() != null
                    ? wrapped.getCause()
                    : e.getCause();
            if (cause instanceof WebSocketHandshakeException refused) {
                return reading(refused.getResponse().statusCode(), Reading.End.REFUSED, ProbeStream.said(refused));
            }
            return reading(0, Reading.End.UNREACHED, ProbeStream.said(cause == null ? e : cause));
        }
        try {
            String cause = ended.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return reading(101, whole ? Reading.End.WHOLE : Reading.End.CUT, cause);
        } catch (TimeoutException e) {
            return reading(101, whole ? Reading.End.WHOLE : Reading.End.STALLED, "");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            socket.abort();
        }
    }

    private synchronized Reading reading(int status, Reading.End end, String cause) {
        long now = System.nanoTime();
        long until = end == Reading.End.STALLED ? heard : now;
        return new Reading(
                status,
                Reading.NO_HEADERS,
                Duration.ZERO,
                hello,
                List.copyOf(events),
                end,
                Duration.ofNanos(until - begun),
                Duration.ofNanos(now - heard),
                cause);
    }

    private synchronized void take(String text) {
        heard = System.nanoTime();
        try {
            JsonObject json = new JsonObject(text);
            switch (json.getString("type", "")) {
                case "probe.hello" -> hello = json;
                case "probe" -> events.add(new Arrival(json.getLong("seq"), json.getInstant("at"), Instant.now()));
                case "probe.end" -> whole = true;
                default -> {
                    // Of a later version.
                }
            }
        } catch (DecodeException e) {
            // Not a frame of a probe's; what is missing shows.
        }
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder parts = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            parts.append(data);
            if (last) {
                take(parts.toString());
                parts.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            ended.complete("closed with " + code + (reason.isEmpty() ? "" : ", " + reason));
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            ended.complete(ProbeStream.said(error));
        }
    }
}
