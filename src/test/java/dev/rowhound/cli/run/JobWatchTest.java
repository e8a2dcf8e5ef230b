package dev.rowhound.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.cli.client.ApiFailure;
import dev.rowhound.cli.client.ServerClient;
import dev.rowhound.cli.client.ServerSentEvent;
import dev.rowhound.cli.client.TestServer;
import dev.rowhound.cli.console.CommandFailure;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class JobWatchTest {
    private static final JobWatch.ReconnectPolicy QUICK = new JobWatch.ReconnectPolicy(
            Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofSeconds(10), Duration.ofMillis(700));

    private final List<ServerSentEvent> seen = new ArrayList<>();
    private final List<String> cursors = new CopyOnWriteArrayList<>();
    /** The ids behind which nothing comes. */
    private final Set<String> lastEvents = ConcurrentHashMap.newKeySet();

    private int reconnects;

    @Test
    void resumesAfterTheLastWholeEventWhenTheStreamIsCutInTheMiddleOfOne() throws Exception {
        try (TestServer server = events((context, connection) -> {
            if (connection == 1) {
                context.response()
                        .write(event(1, "job.running") + event(2, "item.started")
                                + "id: 3.00000003\nevent: item.ended\ndata: {\"se")
                        .onSuccess(written -> context.request().connection().close());
            } else {
                context.response().end(event(3, "item.ended") + last(4, "job.completed"));
            }
        })) {
            watch(server.address(), QUICK);
        }

        assertThat(cursors).containsExactly("", "2.00000002");
        assertThat(seen)
                .extracting(ServerSentEvent::id)
                .containsExactly("1.00000001", "2.00000002", "3.00000003", "4.00000004");
        assertThat(seen.get(2).data()).isEqualTo("{\"seq\":3}");
        assertThat(reconnects).isEqualTo(1);
    }

    @Test
    void endsAtOnceWithTheTerminalEventThoughTheStreamStaysOpen() throws Exception {
        try (TestServer server = events(
                (context, connection) -> context.response().write(event(1, "job.running") + last(2, "job.failed")))) {
            watch(server.address(), QUICK);
        }

        assertThat(seen).extracting(ServerSentEvent::type).containsExactly("job.running", "job.failed");
    }

    @Test
    void goesOnWithTheNextGenerationBehindAnEarlierOnesEnd() throws Exception {
        try (TestServer server = events((context, connection) -> {
            if (connection == 1) {
                context.response().end(event(1, "job.running") + event(2, "job.completed") + event(3, "job.retrying"));
            } else {
                context.response().end(event(3, "job.retrying") + last(4, "job.completed"));
            }
        })) {
            watch(server.address(), QUICK);
        }

        assertThat(cursors).containsExactly("", "2.00000002");
        assertThat(seen).extracting(ServerSentEvent::id).containsExactly(id(1), id(2), id(3), id(4));
        assertThat(reconnects).as("nothing was lost").isZero();
    }

    @Test
    void endsWhenAReconnectIsToldThatNothingIsLeft() throws Exception {
        try (TestServer server = events((context, connection) -> {
            if (connection == 1) {
                context.response().end(event(1, "job.running"));
            } else {
                context.response().setStatusCode(204).end();
            }
        })) {
            watch(server.address(), QUICK);
        }

        assertThat(cursors).containsExactly("", "1.00000001");
    }

    @Test
    void takesTheCursorOfAReset() throws Exception {
        try (TestServer server = events((context, connection) -> {
            if (connection == 1) {
                context.response().end("id: 9.0000aaaa\nevent: reset\ndata: {}\n\n");
            } else {
                context.response().end(last(10, "job.completed"));
            }
        })) {
            watch(server.address(), QUICK);
        }

        assertThat(cursors).containsExactly("", "9.0000aaaa");
        assertThat(seen).extracting(ServerSentEvent::type).containsExactly("reset", "job.completed");
    }

    @Test
    void takesASilentConnectionForDeadButNotOneThatBeats() throws Exception {
        JobWatch.ReconnectPolicy impatient = new JobWatch.ReconnectPolicy(
                Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofMillis(400), Duration.ofSeconds(10));
        try (TestServer server = events((context, connection) -> {
            if (connection == 1) {
                // Six beats, longer than the silence allowed in all, then nothing more.
                AtomicInteger beats = new AtomicInteger();
                context.vertx().setPeriodic(100, timer -> {
                    if (beats.incrementAndGet() > 6) {
                        context.vertx().cancelTimer(timer);
                    } else {
                        context.response().write("event: heartbeat\ndata: {}\n\n");
                    }
                });
                context.response().write(event(1, "job.running"));
            } else {
                context.response().end(last(2, "job.completed"));
            }
        })) {
            long start = System.nanoTime();
            watch(server.address(), impatient);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(900));
        }

        assertThat(cursors).containsExactly("", "1.00000001");
        assertThat(seen).extracting(ServerSentEvent::type).containsExactly("job.running", "job.completed");
    }

    @Test
    void goesOnAfterAServerErrorButNotAfterARefusal() throws Exception {
        try (TestServer server = events((context, connection) -> {
            if (connection < 3) {
                context.response().setStatusCode(503).end("{}");
            } else {
                context.response()
                        .setStatusCode(403)
                        .end(new JsonObject()
                                .put("message", "this job is not yours")
                                .encode());
            }
        })) {
            assertThatThrownBy(() -> watch(server.address(), QUICK))
                    .isInstanceOf(ApiFailure.class)
                    .hasMessage("this job is not yours");
        }
        assertThat(cursors).hasSize(3);
    }

    @Test
    void waitsForAJobWhoseUploadIsUnderWay() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (TestServer server = events((context, connection) -> {
            if (connection < 3) {
                context.response().setStatusCode(404).end("{}");
            } else {
                context.response().end(last(1, "job.completed"));
            }
        })) {
            watch(server.address(), QUICK, () -> asked.incrementAndGet() < 5);
        }
        assertThat(seen).hasSize(1);
        assertThat(reconnects).isZero();
    }

    @Test
    void saysThatAJobIsNotThereOnceItsUploadIsOver() throws Exception {
        try (TestServer server = events((context, connection) -> context.response()
                .setStatusCode(404)
                .end(new JsonObject().put("message", "there is no such job").encode()))) {
            assertThatThrownBy(() -> watch(server.address(), QUICK)).hasMessage("there is no such job");
        }
    }

    @Test
    void givesUpWhenTheServerStaysAway() throws Exception {
        URI gone;
        try (TestServer server = events((context, connection) -> {})) {
            gone = server.address();
        }
        assertThatThrownBy(() -> watch(gone, QUICK))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("no server responds at " + gone);
        assertThat(reconnects).isGreaterThan(2);
    }

    private TestServer events(BiConsumer<RoutingContext, Integer> connections) throws Exception {
        return new TestServer(router -> router.get("/api/v1/jobs/j/events").handler(context -> {
            String cursor = context.request().getHeader("Last-Event-ID");
            if (cursor != null && lastEvents.contains(cursor)) {
                context.response().setStatusCode(204).end();
                return;
            }
            cursors.add(cursor == null ? "" : cursor);
            context.response().setChunked(true).putHeader("Content-Type", "text/event-stream");
            connections.accept(context, cursors.size());
        }));
    }

    private void watch(URI address, JobWatch.ReconnectPolicy patience) throws InterruptedException {
        watch(address, patience, () -> false);
    }

    private void watch(URI address, JobWatch.ReconnectPolicy patience, BooleanSupplier mayComeYet)
            throws InterruptedException {
        JobWatch.EventListener listener = new JobWatch.EventListener() {
            @Override
            public void event(ServerSentEvent event) {
                seen.add(event);
            }

            @Override
            public void reconnecting() {
                reconnects++;
            }
        };
        new JobWatch(new ServerClient(address), "j", patience, listener).follow(mayComeYet);
    }

    private static String id(int seq) {
        return String.format("%d.%08d", seq, seq);
    }

    private String last(int seq, String type) {
        lastEvents.add(id(seq));
        return event(seq, type);
    }

    private static String event(int seq, String type) {
        return String.format("id: %s%nevent: %s%ndata: {\"seq\":%d}%n%n", id(seq), type, seq);
    }
}
