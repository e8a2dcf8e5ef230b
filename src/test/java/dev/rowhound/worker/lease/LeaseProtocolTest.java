package dev.rowhound.worker.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.job.Attempts;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemContext;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.KeyFormat;
import dev.rowhound.job.PendingAnswer;
import dev.rowhound.job.Politeness;
import dev.rowhound.job.Processor;
import dev.rowhound.job.Question;
import dev.rowhound.job.Work;
import dev.rowhound.job.WorkKind;
import dev.rowhound.job.WorkPolicy;
import dev.rowhound.limit.Grant;
import dev.rowhound.limit.HostLimits;
import dev.rowhound.limit.LimitConfig;
import dev.rowhound.limit.QuotaConfig;
import dev.rowhound.limit.Quotas;
import dev.rowhound.progress.Wakeups;
import dev.rowhound.queue.WorkSignal;
import dev.rowhound.queue.question.AnswerSignal;
import dev.rowhound.worker.WorkerConfig;
import dev.rowhound.worker.slot.LostThreads;
import dev.rowhound.worker.slot.QuestionBroker;
import dev.rowhound.worker.slot.SlotVerticle;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A slot and the lease protocol over a store in memory, by a clock that the test moves. */
@Timeout(60)
class LeaseProtocolTest {
    private static final Duration LEASE = Duration.ofSeconds(15);
    private static final Duration ITEM = Duration.ofMinutes(1);
    private static final Duration STOP = Duration.ofSeconds(20);

    private final Vertx vertx = Vertx.vertx();
    private final VirtualTiming timing = new VirtualTiming();
    private final WorkSignal signal = new WorkSignal(vertx);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    /** What begins, in order, and waits for the test to say how it ends. */
    private final BlockingQueue<Begun> begun = new LinkedBlockingQueue<>();

    private final List<CompletableFuture<ItemResult>> ends = new CopyOnWriteArrayList<>();
    private final AtomicInteger aborts = new AtomicInteger();
    private final HostLimits hosts = new HostLimits(null, LimitConfig.NONE, "n1") {
        @Override
        public Future<Grant> acquire(String asked, Politeness politeness, int most, Duration holdFor) {
            return Future.succeededFuture(new Grant(List.of(), 60_000));
        }
    };

    private String host = "";
    private Duration itemTime = ITEM;
    private int cost = 1;
    private MemoryStore store;
    private String slot;

    /** An item on the slot's thread. */
    private record Begun(int row, ItemContext context, CompletableFuture<ItemResult> end) {}

    @AfterEach
    void stop() throws Exception {
        ends.forEach(end -> end.complete(found("left over")));
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    /** Ends each item as the test says; an abort ends it as a crash. */
    private final class ScriptedProcessor implements Processor {
        private volatile CompletableFuture<ItemResult> present = new CompletableFuture<>();

        @Override
        public ItemResult process(ItemInput input, ItemContext context) throws Exception {
            present = new CompletableFuture<>();
            begun.add(new Begun(input.row(), context, present));
            ends.add(present);
            return present.get();
        }

        @Override
        public void abort() {
            aborts.incrementAndGet();
            present.complete(ItemResult.failed(ErrorCode.BROWSER_CRASHED, "aborted", null));
        }

        @Override
        public void close() {}
    }

    private final class ScriptedKind implements WorkKind {
        @Override
        public String name() {
            return "scripted";
        }

        @Override
        public Work compile(JsonObject specification) {
            WorkPolicy policy = new WorkPolicy(
                    itemTime.toMillis(),
                    itemTime.toMillis(),
                    new Attempts(2, 250, 250),
                    "",
                    item -> host,
                    Politeness.NONE,
                    true,
                    cost);
            return new Work(this, new NoFormat(), policy, null);
        }

        @Override
        public Processor newProcessor() {
            return new ScriptedProcessor();
        }
    }

    private record NoFormat() implements KeyFormat {
        @Override
        public String column() {
            return "key";
        }

        @Override
        public String normalise(String raw) {
            return raw;
        }

        @Override
        public String problem(String key) {
            return null;
        }
    }

    private void start(int rows) throws Exception {
        store = new MemoryStore(new ScriptedKind().compile(new JsonObject()), signal, rows);
        deploy();
    }

    /** One slot, for the job in the store. */
    private void deploy() throws Exception {
        Admission admission =
                new Admission(hosts, new Quotas(null, QuotaConfig.NONE, null, "n1", Clock.systemUTC()), LEASE);
        Slots slots = new Slots(new WorkerConfig(1, 1, STOP));
        Wakeups wakeups = new Wakeups(vertx);
        Dispatcher dispatcher = new Dispatcher(
                store.turns(true),
                store.turns(false),
                store.specs(),
                store.leases(),
                store.items(),
                signal,
                admission,
                wakeups,
                slots,
                timing);
        LeaseProtocol protocol = new LeaseProtocol(
                vertx,
                timing,
                dispatcher,
                admission,
                store.leases(),
                null,
                store.items(),
                store.questions(),
                null,
                wakeups,
                new WorkerMeters(meters),
                LEASE);
        QuestionBroker questions = new QuestionBroker(protocol, null, new AnswerSignal(vertx), slots, timing);
        await(vertx.deployVerticle(questions));
        slot = await(vertx.deployVerticle(
                new SlotVerticle(protocol, questions, slots, new LostThreads(1, meters), timing, STOP, 0)));
        await(vertx.deployVerticle(dispatcher));
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(20, TimeUnit.SECONDS);
    }

    private Begun next() throws Exception {
        Begun next = begun.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("an item that begins").isNotNull();
        // Its slot renews the lease, looks whether it holds, and bounds the item's time.
        Await.until("its lease to be held", timing::pending, timers -> timers >= 3);
        return next;
    }

    private List<String> awaitCalls(String last) throws Exception {
        return Await.until("the call " + last, store::calls, calls -> calls.contains(last));
    }

    /** In small steps, so that no limit is over before what happens on other threads has happened. */
    private void passUntilCalled(String last) throws Exception {
        Await.until(
                "the call " + last,
                () -> {
                    timing.pass(Duration.ofMillis(100));
                    return store.calls();
                },
                calls -> calls.contains(last));
    }

    private Map<Integer, ItemResult> awaitResults(Predicate<Map<Integer, ItemResult>> wanted) throws Exception {
        return Await.until("results", store::results, wanted);
    }

    private static ItemResult found(String title) {
        return ItemResult.found(new JsonObject().put("title", title));
    }

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
