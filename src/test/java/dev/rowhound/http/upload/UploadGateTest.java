package dev.rowhound.http.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.Await;
import dev.rowhound.app.Refusal;
import dev.rowhound.http.upload.UploadGate.Place;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class UploadGateTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static Vertx vertx;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private static void awaitTurn(Place place) throws Exception {
        place.turn().await(10, TimeUnit.SECONDS);
    }

    @Test
    void aClientThatHasItsShareIsPassedBy() throws Exception {
        UploadGate gate = new UploadGate(3, 2, LONG);
        Place first = gate.enter(vertx, "a");
        Place second = gate.enter(vertx, "a");
        Place third = gate.enter(vertx, "a");
        assertThat(first.turn().isComplete()).isTrue();
        assertThat(second.turn().isComplete()).isTrue();
        assertThat(third.turn().isComplete()).isFalse();

        Place other = gate.enter(vertx, "b");
        assertThat(other.turn().isComplete()).isTrue();
        Place later = gate.enter(vertx, "b");
        other.leave();
        awaitTurn(later);
        assertThat(third.turn().isComplete()).isFalse();
        first.leave();
        awaitTurn(third);
    }

    @Test
    void thoseThatWaitComeInTheirOrder() throws Exception {
        UploadGate gate = new UploadGate(1, 1, LONG);
        Place running = gate.enter(vertx, "a");
        List<Place> waiting = new ArrayList<>();
        for (String client : List.of("b", "a", "c")) {
            waiting.add(gate.enter(vertx, client));
        }
        for (Place next : waiting) {
            running.leave();
            awaitTurn(next);
            running = next;
        }
    }

    @Test
    void whoGivesUpIsPassedBy() throws Exception {
        UploadGate gate = new UploadGate(1, 1, LONG);
        Place running = gate.enter(vertx, "a");
        Place gone = gate.enter(vertx, "b");
        Place next = gate.enter(vertx, "c");
        gone.giveUp();
        assertThatThrownBy(() -> awaitTurn(gone)).hasMessageContaining("gone");
        gone.leave();
        assertThat(next.turn().isComplete()).isFalse();
        running.leave();
        awaitTurn(next);
    }

    @Test
    void aPlaceIsGivenBackOnce() throws Exception {
        UploadGate gate = new UploadGate(1, 1, LONG);
        Place running = gate.enter(vertx, "a");
        running.giveUp();
        assertThat(gate.enter(vertx, "b").turn().isComplete()).isFalse();
        running.leave();
        running.leave();
        assertThat(gate.enter(vertx, "c").turn().isComplete()).isFalse();
    }

    @Test
    void oneClientDoesNotFillTheQueue() throws Exception {
        UploadGate gate = new UploadGate(2, 1, LONG);
        List<Place> places = new ArrayList<>();
        Await.until(
                "a refusal",
                () -> {
                    places.add(gate.enter(vertx, "a"));
                    return places.get(places.size() - 1);
                },
                place -> place.turn().failed());
        assertThat(places).hasSize(34);
        Place held = gate.enter(vertx, "b");
        assertThat(held.turn().isComplete()).isTrue();
        Place other = gate.enter(vertx, "b");
        assertThat(other.turn().isComplete()).isFalse();
        held.leave();
        awaitTurn(other);
    }

    @Test
    void thePatienceEnds() {
        UploadGate gate = new UploadGate(1, 1, Duration.ofMillis(10));
        gate.enter(vertx, "a");
        Place late = gate.enter(vertx, "b");
        assertThatThrownBy(() -> awaitTurn(late))
                .isInstanceOfSatisfying(
                        Refusal.class, refused -> assertThat(refused.code()).isEqualTo("busy"));
    }
}
