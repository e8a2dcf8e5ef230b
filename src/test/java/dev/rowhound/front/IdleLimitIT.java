package dev.rowhound.front;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** The real time limits, in real time: nginx cuts after 60 s by default, HAProxy after Debian's 50 s. */
@Tag("full")
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class IdleLimitIT {
    private static final int SILENCE_MILLIS = 70_000;

    /** Starts one front end. */
    private interface Starter {
        Front start(Kind kind, URI upstream) throws IOException;
    }

    @Test
    void seventySecondsOfSilenceEndStreamsByDefaultAndNotWithTheShippedFiles() throws Exception {
        try (Upstream upstream = new Upstream()) {
            Map<Kind, CompletableFuture<List<String>>> plain = all(Kind::plain, upstream);
            Map<Kind, CompletableFuture<List<String>>> shipped =
                    all((kind, node) -> kind.shipped(Shipped.before(node)), upstream);

            for (Kind kind : Kind.values()) {
                assertThat(shipped.get(kind).get(120, TimeUnit.SECONDS))
                        .as("%s as shipped", kind)
                        .containsExactly("1", "2");
            }
            // nginx's buffer swallows the first event as well.
            assertThat(plain.get(Kind.NGINX).get(10, TimeUnit.SECONDS)).isEmpty();
            assertThat(plain.get(Kind.HAPROXY).get(10, TimeUnit.SECONDS)).containsExactly("1");
            // Debian's Apache waits for 300 s.
            assertThat(plain.get(Kind.APACHE).get(10, TimeUnit.SECONDS)).containsExactly("1", "2");
        }
    }

    @Test
    void heartbeatsKeepAStreamBeyondNginxsDefault() throws Exception {
        try (Nodes nodes = new Nodes()) {
            nodes.rowsTake(90_000);
            URI node = nodes.start(Map.of());
            try (Front front = Nginx.plain(node)) {
                Caller caller = Caller.of(front);
                String job = caller.begin(1);
                List<String> types = new ArrayList<>();
                try (Watching watching = caller.watch(job, null)) {
                    Watching.Arrival first = watching.next();
                    while (!first.type().equals("item.started")) {
                        first = watching.next();
                    }
                    long begun = System.nanoTime();
                    while (System.nanoTime() - begun < TimeUnit.MILLISECONDS.toNanos(SILENCE_MILLIS)) {
                        Watching.Arrival arrival = watching.next();
                        assertThat(arrival).as("the stream goes on").isNotNull();
                        types.add(arrival.type());
                    }
                }
                // Some short of the five that fit, for one is left out where an event was sent meanwhile.
                assertThat(types).containsOnly("heartbeat").hasSizeGreaterThan(2);
                caller.cancel(job);
            }
        }
    }

    private static Map<Kind, CompletableFuture<List<String>>> all(Starter starter, Upstream upstream) {
        Map<Kind, CompletableFuture<List<String>>> all = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            CompletableFuture<List<String>> ids = new CompletableFuture<>();
            all.put(kind, ids);
            Thread thread = new Thread(() -> {
                try (Front front = starter.start(kind, upstream.address())) {
                    ids.complete(ids(front));
                } catch (Throwable e) {
                    // Told by the future; an abort for a missing program, too.
                    ids.completeExceptionally(e);
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
        return all;
    }

    private static List<String> ids(Front front) throws Exception {
        Caller caller = Caller.of(front);
        List<String> ids = new ArrayList<>();
        try (Watching watching = new Watching(caller.client()
                .send(
                        caller.request("/api/v1/jobs/j1/events?silence=" + SILENCE_MILLIS)
                                .build(),
                        BodyHandlers.ofInputStream()))) {
            for (Watching.Arrival event = watching.next(); event != null; event = watching.next()) {
                ids.add(event.id());
            }
        } catch (IOException cut) {
            // Chunks that break off.
        }
        return ids;
    }
}
