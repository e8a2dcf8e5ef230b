package dev.rowhound.worker.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.Question;
import dev.rowhound.worker.slot.Heartbeater;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What a slot does with faults of the program, with what hosts ask for, and with items that are another's. */
class LeaseFaultsTest extends SlotFixture {
    @Test
    void aResultThatCannotBeWrittenDownEndsItsItemOnce() throws Exception {
        start(2);
        next().end().complete(found("readable"));
        awaitResults(results -> results.containsKey(1));
        next().end().complete(ItemResult.found(new JsonObject().put("unreadable", new Object())));
        ItemResult result = awaitResults(results -> results.containsKey(2)).get(2);
        assertThat(result.error().code()).isEqualTo(ErrorCode.INTERNAL);
        assertThat(result.error().message()).contains("cannot be serialized");
        assertThat(store.calls()).containsExactly("end 1", "end 2");
    }

    @Test
    void anErrorWithoutAMessageHasItsCodesWords() throws Exception {
        start(1);
        next().end().complete(ItemResult.failed(ErrorCode.SELECTOR_MISSING, null, "start"));
        assertThat(awaitResults(results -> results.containsKey(1))
                        .get(1)
                        .error()
                        .message())
                .isEqualTo("selector missing");
    }

    @Test
    void aProcessorThatAnswersNothingIsAFaultOfTheProgram() throws Exception {
        start(1);
        next().end().complete(null);
        next().end().complete(null);
        assertThat(awaitResults(results -> results.containsKey(1))
                        .get(1)
                        .error()
                        .code())
                .isEqualTo(ErrorCode.INTERNAL);
        assertThat(store.calls()).containsExactly("retry 1", "end 1");
    }

    @Test
    void anItemThatWaitsForRoomToAskSlowsItsHostDownAsItHasAsked() throws Exception {
        host = "asked.example";
        places = 0;
        start(1);
        Begun item = next();
        item.context().slowDown(5000);
        item.context().ask(new Question("Type it.", true, null, "http://x", 600_000, false, 3));
        item.end().complete(ItemResult.failed(ErrorCode.UNANSWERED, "no room", null));
        awaitCalls("await_question 1");
        assertThat(slowed).containsExactly("asked.example 5000");
    }

    @Test
    void aBanSlowsItsHostDownThoughTheItemWasTakenAway() throws Exception {
        host = "asked.example";
        aborted = ItemResult.blocked("banned", "start");
        start(1);
        next();
        store.giveTo(1, "other");
        timing.pass(LEASE.dividedBy(3));
        awaitCalls("stale release 1");
        assertThat(slowed).containsExactly("asked.example null");
    }

    @Test
    void aThreadWhoseItemWasTakenAwayTellsNothingOfIt() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        vertx.eventBus().<String>consumer("rowhound.progress", message -> told.add(message.body()));
        aborted = null;
        start(1);
        Begun item = next();
        store.giveTo(1, "other");
        timing.pass(LEASE.dividedBy(3));
        Await.until("the abort", aborts::get, count -> count == 1);
        item.context().progress(50, "held");
        timing.pass(Duration.ofSeconds(1));
        timing.pass(Duration.ofMillis(Heartbeater.RETURN_MILLIS));
        item.context().progress(60, "lost");
        timing.pass(Duration.ofSeconds(1));
        vertx.eventBus().publish("rowhound.progress", "last");
        Await.until("the last", () -> told, all -> all.contains("last"));
        assertThat(told).containsExactly("last");
    }

    @Test
    void aProgramOutsideTakesItemsOnItsOwnThread() throws Exception {
        start(0);
        await(vertx.undeploy(slot));
        store.add(1);
        assertThat(await(protocol.take()).row().number()).isEqualTo(1);
    }
}
