package dev.rowhound.front;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A WebSocket whose frames are taken one by one. */
final class Frames {
    /** What stands for the end of a connection that was not closed in order. */
    static final String CUT = "cut";

    private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
    private final WebSocket socket;

    private Frames(HttpClient client, URI address) {
        socket = client.newWebSocketBuilder()
                .buildAsync(address, new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                        frames.add(text.toString());
                        from.request(1);
                        return null;
                    }

                    @Override
                    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
                        frames.add(code == WebSocket.NORMAL_CLOSURE + 6 ? CUT : code + " " + reason);
                        return null;
                    }

                    @Override
                    public void onError(WebSocket from, Throwable error) {
                        frames.add(CUT);
                    }
                })
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    /** Opens one through a front end. */
    static Frames open(Front front, String path) {
        return new Frames(
                HttpClient.newHttpClient(), URI.create(front.uri().toString().replace("http", "ws") + path));
    }

    void send(String text) {
        socket.sendText(text, true).orTimeout(10, TimeUnit.SECONDS).join();
    }

    /** The next frame; for the last one, its close code and reason, or {@link #CUT}. Null if none comes in time. */
    String next(long millis) throws InterruptedException {
        return frames.poll(millis, TimeUnit.MILLISECONDS);
    }

    void abort() {
        socket.abort();
    }
}
