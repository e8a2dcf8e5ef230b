package dev.rowhound.worker.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.job.Attempts;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemContext;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.Politeness;
import dev.rowhound.job.Processor;
import dev.rowhound.job.Work;
import dev.rowhound.job.WorkKind;
import dev.rowhound.job.WorkKind.Specification;
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
import io.vertx.core.MultiMap;
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
import org.junit.jupiter.api.Timeout;

/** A slot and the lease protocol over a store in memory, by a clock that the test moves. */
@Timeout(60)
abstract class SlotFixture {
    static final Duration LEASE = Duration.ofSeconds(15);
    static final Duration ITEM = Duration.ofMinutes(1);
    static final Duration STOP = Duration.ofSeconds(20);

    final Vertx vertx = Vertx.vertx();
    final VirtualTiming timing = new VirtualTiming();
    final WorkSignal signal = new WorkSignal(vertx);
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    /** What begins, in order, and waits for the test to say how it ends. */
    final BlockingQueue<Begun> begun = new LinkedBlockingQueue<>();

    final List<CompletableFuture<ItemResult>> ends = new CopyOnWriteArrayList<>();
    final AtomicInteger aborts = new AtomicInteger();
    final List<String> slowed = new CopyOnWriteArrayList<>();
    final HostLimits hosts = new HostLimits(null, LimitConfig.NONE, "n1") {
        @Override
        public Future<Grant> acquire(String asked, Politeness politeness, int most, Duration holdFor) {
            return Future.succeededFuture(new Grant(asked.startsWith("busy") ? List.of() : List.of("pass"), 60_000));
        }

        @Override
        public Future<Void> release(String left, List<String> passes, boolean unused) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Long> slowDown(String asking, Long retryAfterMillis) {
            slowed.add(asking + " " + retryAfterMillis);
            return Future.succeededFuture(0L);
        }
    };

    String host = "";
    Duration itemTime = ITEM;
    int cost = 1;
    int places = 1;

    /** What an aborted item ends with; null where its thread does not come back. */
    volatile ItemResult aborted = ItemResult.failed(ErrorCode.BROWSER_CRASHED, "aborted", null);

    LeaseProtocol protocol;
    MemoryStore store;
    String slot;

    /** An item on the slot's thread. */
    record Begun(int row, ItemContext context, CompletableFuture<ItemResult> end) {}

    @AfterEach
    void stop() throws Exception {
        ends.forEach(end -> end.complete(found("left over")));
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    /** Ends each item as the test says; an abort ends it as a crash. */
    final class ScriptedProcessor implements Processor {
        private volatile CompletableFuture<ItemResult> present = new CompletableFuture<>();

        @Override
        public ItemResult process(ItemInput input, ItemContext context) throws Exception {
            present = new CompletableFuture<>();
            ends.add(present);
            begun.add(new Begun(input.row(), context, present));
            return present.get();
        }

        @Override
        public void abort() {
            aborts.incrementAndGet();
            if (aborted != null) {
                present.complete(aborted);
            }
        }

        @Override
        public void close() {}
    }

    final class ScriptedKind implements WorkKind {
        @Override
        public String name() {
            return "scripted";
        }

        @Override
        public List<String> fields() {
            return List.of();
        }

        @Override
        public Future<Specification> specify(MultiMap fields) {
            throw new UnsupportedOperationException("its job is in the store");
        }

        @Override
        public Work compile(JsonObject document) {
            WorkPolicy policy = new WorkPolicy(
                    itemTime.toMillis(),
                    itemTime.toMillis(),
                    new Attempts(2, 250, 250),
                    "",
                    item -> host,
                    Politeness.NONE,
                    true,
                    cost);
            return new Work(this, () -> "key", policy, null);
        }

        @Override
        public Processor newProcessor() {
            return new ScriptedProcessor();
        }
    }

    void start(int rows) throws Exception {
        store = new MemoryStore(new ScriptedKind().compile(new JsonObject()), signal, rows);
        deploy();
    }

    /** One slot, for the job in the store. */
    void deploy() throws Exception {
        Admission admission =
                new Admission(hosts, new Quotas(null, QuotaConfig.NONE, null, "n1", Clock.systemUTC()), LEASE);
        Slots slots = new Slots(new WorkerConfig(1, places, STOP));
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
        protocol = new LeaseProtocol(
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
                new SlotVerticle(protocol, questions, slots, new LostThreads(1, meters), timing, STOP, "slot")));
        await(vertx.deployVerticle(dispatcher));
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.await(20, TimeUnit.SECONDS);
    }

    Begun next() throws Exception {
        Begun next = begun.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("an item that begins").isNotNull();
        // Its slot renews the lease, looks whether it holds, and bounds the item's time.
        Await.until("its lease to be held", timing::pending, timers -> timers >= 3);
        return next;
    }

    List<String> awaitCalls(String last) throws Exception {
        return Await.until("the call " + last, store::calls, calls -> calls.contains(last));
    }

    /** In small steps, so that no limit is over before what happens on other threads has happened. */
    void passUntilCalled(String last) throws Exception {
        Await.until(
                "the call " + last,
                () -> {
                    timing.pass(Duration.ofMillis(100));
                    return store.calls();
                },
                calls -> calls.contains(last));
    }

    Map<Integer, ItemResult> awaitResults(Predicate<Map<Integer, ItemResult>> wanted) throws Exception {
        return Await.until("results", store::results, wanted);
    }

    static ItemResult found(String title) {
        return ItemResult.found(new JsonObject().put("title", title));
    }
}
