package dev.rowhound.http.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.Await;
import dev.rowhound.app.Refusal;
import dev.rowhound.http.upload.UploadGate.Ticket;
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

    private static void awaitTurn(Ticket ticket) throws Exception {
        ticket.admitted().await(10, TimeUnit.SECONDS);
    }

    @Test
    void aClientThatHasItsShareIsPassedBy() throws Exception {
        UploadGate gate = new UploadGate(3, 2, LONG);
        Ticket first = gate.request(vertx, "a");
        Ticket second = gate.request(vertx, "a");
        Ticket third = gate.request(vertx, "a");
        assertThat(first.admitted().isComplete()).isTrue();
        assertThat(second.admitted().isComplete()).isTrue();
        assertThat(third.admitted().isComplete()).isFalse();

        Ticket other = gate.request(vertx, "b");
        assertThat(other.admitted().isComplete()).isTrue();
        Ticket later = gate.request(vertx, "b");
        other.end();
        awaitTurn(later);
        assertThat(third.admitted().isComplete()).isFalse();
        first.end();
        awaitTurn(third);
    }

    @Test
    void thoseThatWaitComeInTheirOrder() throws Exception {
        UploadGate gate = new UploadGate(1, 1, LONG);
        Ticket running = gate.request(vertx, "a");
        List<Ticket> waiting = new ArrayList<>();
        for (String client : List.of("b", "a", "c")) {
            waiting.add(gate.request(vertx, client));
        }
        for (Ticket next : waiting) {
            running.end();
            awaitTurn(next);
            running = next;
        }
    }

    @Test
    void whoGivesUpIsPassedBy() throws Exception {
        UploadGate gate = new UploadGate(1, 1, LONG);
        Ticket running = gate.request(vertx, "a");
        Ticket gone = gate.request(vertx, "b");
        Ticket next = gate.request(vertx, "c");
        gone.cancel();
        assertThatThrownBy(() -> awaitTurn(gone)).hasMessageContaining("disconnected");
        gone.end();
        assertThat(next.admitted().isComplete()).isFalse();
        running.end();
        awaitTurn(next);
    }

    @Test
    void aPlaceIsGivenBackOnce() throws Exception {
        UploadGate gate = new UploadGate(1, 1, LONG);
        Ticket running = gate.request(vertx, "a");
        running.cancel();
        assertThat(gate.request(vertx, "b").admitted().isComplete()).isFalse();
        running.end();
        running.end();
        assertThat(gate.request(vertx, "c").admitted().isComplete()).isFalse();
    }

    @Test
    void oneClientDoesNotFillTheQueue() throws Exception {
        UploadGate gate = new UploadGate(2, 1, LONG);
        List<Ticket> tickets = new ArrayList<>();
        Await.until(
                "a refusal",
                () -> {
                    tickets.add(gate.request(vertx, "a"));
                    return tickets.get(tickets.size() - 1);
                },
                ticket -> ticket.admitted().failed());
        assertThat(tickets).hasSize(34);
        Ticket held = gate.request(vertx, "b");
        assertThat(held.admitted().isComplete()).isTrue();
        Ticket other = gate.request(vertx, "b");
        assertThat(other.admitted().isComplete()).isFalse();
        held.end();
        awaitTurn(other);
    }

    @Test
    void thePatienceEnds() {
        UploadGate gate = new UploadGate(1, 1, Duration.ofMillis(10));
        gate.request(vertx, "a");
        Ticket late = gate.request(vertx, "b");
        assertThatThrownBy(() -> awaitTurn(late))
                .isInstanceOfSatisfying(
                        Refusal.class, refused -> assertThat(refused.code()).isEqualTo("busy"));
    }
}
