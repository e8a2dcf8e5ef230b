package dev.rowhound.http;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A WebSocket's client: keeps the text frames, and how it was closed. */
final class Socket implements AutoCloseable {
    final List<String> frames = new CopyOnWriteArrayList<>();
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    private final WebSocket socket;

    private Socket(URI address, String... headers) {
        WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        this.socket = builder.buildAsync(address, new Frames()).join();
    }

    /** Opens that path of a server; fails with the handshake's refusal. */
    static Socket open(URI server, String path, String... headers) {
        URI http = server.resolve(path);
        return new Socket(URI.create("ws" + http.toString().substring("http".length())), headers);
    }

    private final class Frames implements WebSocket.Listener {
        private final StringBuilder frame = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
            frame.append(text);
            if (last) {
                frames.add(frame.toString());
                frame.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.complete(code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            closed.completeExceptionally(error);
        }
    }

    void send(String text) {
        socket.sendText(text, true).join();
    }

    /** The close code and the reason; waits for it. */
    String awaitClose() throws Exception {
        return closed.get(30, TimeUnit.SECONDS);
    }

    /** The numbered events among the frames, as they came. */
    List<String> events() {
        return frames.stream()
                .filter(frame -> new JsonObject(frame).containsKey("seq"))
                .toList();
    }

    @Override
    public void close() {
        socket.abort();
    }
}
