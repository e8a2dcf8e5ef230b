package dev.rowhound.worker.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.PendingAnswer;
import dev.rowhound.job.Question;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** How a slot holds items by the lease protocol and brings their results home. */
class LeaseProtocolTest extends SlotFixture {
    @Test
    void anItemMayTakeDays() throws Exception {
        itemTime = Duration.ofDays(3);
        start(1);
        Begun item = next();
        timing.pass(Duration.ofHours(3));
        assertThat(aborts).hasValue(0);
        item.end().complete(found("patience"));
        awaitResults(results -> results.containsKey(1));
    }

    @Test
    void anItemThatHoldsItsThreadBeyondItsTimeIsAborted() throws Exception {
        start(1);
        next();
        timing.pass(ITEM.plusSeconds(3));
        next().end().complete(found("the second time"));
        awaitResults(results -> results.containsKey(1));
        assertThat(aborts).hasValue(1);
        assertThat(store.calls()).containsExactly("retry 1", "end 1");
    }

    @Test
    void howFarAnItemIsIsToldTwiceASecondAndNotBehindItsEnd() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        vertx.eventBus().<String>consumer("rowhound.progress", message -> told.add(message.body()));
        start(1);
        Begun item = next();
        for (int percent = 0; percent <= 50; percent++) {
            item.context().progress(percent, "reading");
        }
        Await.until(
                "the newest",
                () -> {
                    timing.pass(Duration.ofMillis(500));
                    return told;
                },
                all -> all.stream().anyMatch(one -> one.contains("\"percent\":50")));
        assertThat(told)
                .hasSizeBetween(1, 2)
                .last()
                .satisfies(one -> assertThat(new JsonObject(one))
                        .isEqualTo(new JsonObject("{\"v\":1,\"type\":\"item.progress\",\"job\":\"job\",\"row\":1,"
                                + "\"key\":\"k1\",\"percent\":50,\"word\":\"reading\"}")));
        int before = told.size();
        item.end().complete(found("done"));
        awaitResults(results -> results.containsKey(1));
        item.context().progress(100, "too late");
        timing.pass(Duration.ofSeconds(2));
        assertThat(told).hasSize(before);
    }

    @Test
    void anItemWhoseHostIsBusyIsHeldAndTakesNoSlot() throws Exception {
        host = "busy.example";
        start(1);
        awaitCalls("defer 1");
        assertThat(begun).isEmpty();
    }

    @Test
    void aRowThatCannotBeReadEndsAsAFaultOfTheProgram() throws Exception {
        store = new MemoryStore(new ScriptedKind().compile(new JsonObject()), signal, 1);
        store.loseInput();
        deploy();
        assertThat(awaitResults(results -> results.containsKey(1))
                        .get(1)
                        .error()
                        .code())
                .isEqualTo(ErrorCode.INTERNAL);
        assertThat(begun).isEmpty();
    }

    @Test
    void itemsOfAnotherJobOfTheSameIdGoBackBeforeTheyAreStarted() throws Exception {
        store = new MemoryStore(new ScriptedKind().compile(new JsonObject()), signal, 1);
        store.reopen();
        deploy();
        next().end().complete(found("by its own specification"));
        awaitResults(results -> results.containsKey(1));
        assertThat(store.calls()).containsExactly("release 1", "end 1");
    }

    @Test
    void anItemIsChargedWhatItsKindCosts() throws Exception {
        cost = 3;
        start(1);
        next();
        assertThat(store.refunds).contains(-2);
    }

    @Test
    void anItemWhoseLeaseIsLostIsBrokenOffAndChangesNothing() throws Exception {
        start(1);
        next();
        store.giveTo(1, "other");
        timing.pass(LEASE.dividedBy(3));
        awaitCalls("stale release 1");
        assertThat(aborts).hasValue(1);
        assertThat(store.results()).isEmpty();
    }

    @Test
    void aLeaseThatCannotBeRenewedIsTakenForLost() throws Exception {
        start(1);
        next();
        store.away(true);
        timing.pass(LEASE.minusSeconds(1));
        assertThat(aborts).hasValue(0);
        store.giveTo(1, "other");
        timing.pass(Duration.ofSeconds(3));
        store.away(false);
        passUntilCalled("stale release 1");
        assertThat(aborts).hasValue(1);
        assertThat(store.results()).isEmpty();
    }

    @Test
    void aLateResultChangesNothingAndIsCountedAsStale() throws Exception {
        start(1);
        Begun item = next();
        store.giveTo(1, "other");
        item.end().complete(found("late"));
        awaitCalls("stale end 1");
        assertThat(store.results()).isEmpty();
        Await.until(
                "the meter",
                () -> meters.get("rowhound_stale_completions").counter().count(),
                count -> count == 1);
    }

    @Test
    void aResultWaitsForAStoreThatIsAwayAndKeepsItsLease() throws Exception {
        start(1);
        Begun item = next();
        store.away(true);
        item.end().complete(found("kept"));
        Await.until("a first try", store::refused, tries -> tries > 0);
        timing.pass(Duration.ofMinutes(10));
        store.away(false);
        passUntilCalled("end 1");
        assertThat(store.results()).containsOnlyKeys(1);
        assertThat(aborts).hasValue(0);
    }

    @Test
    void aResultIsNotSentAgainOnceTheNodeStops() throws Exception {
        start(1);
        Begun item = next();
        store.away(true);
        item.end().complete(found("lost"));
        Await.until("a first try", store::refused, tries -> tries > 0);
        protocol.close();
        timing.pass(Duration.ofSeconds(5));
        store.away(false);
        timing.pass(ITEM);
        assertThat(store.calls()).isEmpty();
        assertThat(store.results()).isEmpty();
    }

    @Test
    void aFailureThatMayPassIsTriedAgainAsOftenAsThePolicySays() throws Exception {
        start(1);
        for (int attempt = 1; attempt <= 2; attempt++) {
            next().end().complete(ItemResult.failed(ErrorCode.TIMEOUT, "slow", "start"));
        }
        assertThat(awaitResults(results -> results.containsKey(1))
                        .get(1)
                        .error()
                        .code())
                .isEqualTo(ErrorCode.TIMEOUT);
        assertThat(store.calls()).containsExactly("retry 1", "end 1");
    }

    @Test
    void aStoppingSlotHandsBackWhatDoesNotEndInTime() throws Exception {
        start(1);
        next();
        int timers = timing.pending();
        Future<Void> undeployed = vertx.undeploy(slot);
        Await.until("the limit of the stop", timing::pending, pending -> pending > timers);
        timing.pass(STOP);
        awaitCalls("release 1");
        await(undeployed);
        assertThat(aborts).hasValue(1);
        assertThat(store.results()).isEmpty();
    }

    @Test
    void aStoppingSlotLetsAnItemEnd() throws Exception {
        start(2);
        Begun item = next();
        Future<Void> undeployed = vertx.undeploy(slot);
        item.end().complete(found("in time"));
        await(undeployed);
        assertThat(store.results()).containsOnlyKeys(1);
        assertThat(aborts).hasValue(0);
    }

    @Test
    void aPauseLetsTheRunningItemEndAndStartsNoOther() throws Exception {
        start(2);
        Begun item = next();
        store.pause();
        item.end().complete(found("still counted"));
        awaitResults(results -> results.containsKey(1));
        timing.pass(ITEM);
        assertThat(begun).isEmpty();
        assertThat(store.results()).containsOnlyKeys(1);
    }

    @Test
    void aPersonsTimeIsNotTheItems() throws Exception {
        start(1);
        Begun item = next();
        PendingAnswer pending = item.context().ask(new Question("Type it.", true, null, "http://x", 600_000, false, 3));
        awaitCalls("ask 1");
        timing.pass(ITEM.multipliedBy(5));
        assertThat(pending.over()).isFalse();
        assertThat(item.context().remainingMillis()).isEqualTo(ITEM.toMillis());
        store.answer("late");
        timing.pass(Duration.ofSeconds(1));
        assertThat(Await.until("the answer", pending::text, text -> text.isPresent()))
                .contains("late");
        item.end().complete(found("answered"));
        awaitResults(results -> results.containsKey(1));
        assertThat(aborts).hasValue(0);
    }

    @Test
    void anAnswerToAnItemThatWasTakenAwayIsNobodys() throws Exception {
        start(1);
        Begun item = next();
        PendingAnswer pending = item.context().ask(new Question("Type it.", true, null, "http://x", 600_000, false, 3));
        awaitCalls("ask 1");
        store.giveTo(1, "other");
        store.answer("too late");
        timing.pass(LEASE.dividedBy(2));
        Await.until("the question's end", pending::over, over -> over);
        assertThat(pending.text()).isEmpty();
        awaitCalls("stale release 1");
        assertThat(store.results()).isEmpty();
    }
}
