package dev.rowhound.app.tryout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.Await;
import dev.rowhound.crawl.LookupKind;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.Evidence;
import dev.rowhound.job.ItemContext;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.Processor;
import dev.rowhound.job.TryOut;
import dev.rowhound.job.TryOut.RefusalReason;
import dev.rowhound.job.TryOut.RefusedException;
import dev.rowhound.job.TryOut.Trial;
import dev.rowhound.job.Visit;
import dev.rowhound.job.Visit.StepTime;
import dev.rowhound.job.WorkKinds;
import dev.rowhound.limit.HostLimits;
import dev.rowhound.limit.LimitConfig;
import dev.rowhound.limit.QuotaConfig;
import dev.rowhound.limit.Quotas;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.redis.RetryPolicy.Timing;
import dev.rowhound.redis.TestRedis;
import dev.rowhound.worker.lease.Admission;
import dev.rowhound.worker.lease.Slots;
import dev.rowhound.worker.lease.TryOutQueue;
import dev.rowhound.worker.slot.LostThreads;
import dev.rowhound.worker.slot.SlotVerticle;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Try-outs on a node that makes them, and over the event bus. */
@ExtendWith(TestRedis.Extension.class)
class TryOutIT {
    private static final Future<Void> STAYS = Promise.<Void>promise().future();

    private final TestRedis redis;
    private final Vertx vertx = Vertx.vertx();
    private final List<String> looked = new CopyOnWriteArrayList<>();
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger aborts = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final WorkKinds kinds = WorkKinds.of(new LookupKind(this::processor, fields -> null));
    private int queues;
    private volatile CountDownLatch hold = new CountDownLatch(0);

    TryOutIT(TestRedis redis) {
        this.redis = redis;
    }

    @AfterEach
    void stop() throws Exception {
        hold.countDown();
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    /** Finds each key, with a picture, once it may. */
    private Processor processor() {
        made.incrementAndGet();
        return new Processor() {
            private volatile boolean aborted;

            @Override
            public ItemResult process(ItemInput input, ItemContext context) throws Exception {
                aborted = false;
                looked.add(input.key());
                while (!aborted && !hold.await(10, TimeUnit.MILLISECONDS)) {
                    context.progress("start");
                }
                context.evidence(new Evidence(Evidence.SCREENSHOT, "image/png", new byte[] {7, (byte) 200}));
                String title = ((Recipe) input.plan()).title() + " " + context.watched() + " " + input.columns();
                return aborted
                        ? ItemResult.failed(ErrorCode.BROWSER_CRASHED, "stopped", "start")
                        : ItemResult.found(new JsonObject().put("title", title))
                                .with(new Visit(
                                        "http://x", 200, "browser", List.of("oh"), List.of(new StepTime("start", 5))));
            }

            @Override
            public void abort() {
                aborted = true;
                aborts.incrementAndGet();
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
    }

    /** A node's try-outs, which count in no user's quota. */
    private TryOutQueue queue(Duration idle) throws Exception {
        Timing timing = Timing.of(vertx);
        HostLimits hosts = new HostLimits(redis.connector(), LimitConfig.NONE, "n1");
        Quotas none = new Quotas(null, QuotaConfig.NONE, null, "n1", Clock.systemUTC());
        TryOutQueue queue = new TryOutQueue(kinds, new Admission(hosts, none, Duration.ofSeconds(15)), timing);
        LostThreads threads = new LostThreads(1, new SimpleMeterRegistry());
        get(vertx.deployVerticle(new SlotVerticle(
                queue, null, new Slots(1, 0, idle), threads, timing, Duration.ZERO, "try-" + queues++)));
        get(vertx.deployVerticle(queue));
        return queue;
    }

    private TryOuts tryOuts() {
        return new TryOuts(vertx, null, kinds);
    }

    private static TryOut of(String... keys) {
        return of(recipe(), keys);
    }

    private static TryOut of(JsonObject recipe, String... keys) {
        return new TryOut(
                recipe,
                Stream.of(keys)
                        .map(key -> new JsonObject().put(TryOut.KEY, key))
                        .toList());
    }

    private static JsonObject recipe() {
        return new JsonObject()
                .put("name", "shops")
                .put("title", "Shops")
                .put("input", new JsonObject().put("column", "code").put("pattern", "k.*"))
                .put("start", new JsonObject().put("url", "http://shops.example/{key}"))
                .put("outcomes", new JsonObject().put("found", new JsonArray().add(new JsonObject().put("text", "x"))));
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.await(20, TimeUnit.SECONDS);
    }

    private static void assertRefused(Future<?> tryOut, RefusalReason reason) {
        assertThatThrownBy(() -> get(tryOut))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason));
    }

    @Test
    void eachKeyIsLookedUpInOrderAndWhatTheRecipeRefusesIsNot() throws Exception {
        TryOutQueue queue = queue(Duration.ofMillis(50));
        List<Trial> trials = get(queue.run(of("k1", "x", "k2"), STAYS));
        assertThat(trials).extracting(Trial::key).containsExactly("k1", "x", "k2");
        assertThat(trials)
                .extracting(trial -> trial.result().state())
                .containsExactly(ItemState.FOUND, ItemState.INVALID_INPUT, ItemState.FOUND);
        assertThat(trials.get(1).result().error().message()).contains("k.*");
        assertThat(trials.get(2).result().fields().getString("title")).isEqualTo("Shops true {code=k2}");
        // The browser goes when nobody has come for a while, and the next try-out gets another one.
        Await.until("the idle browser's end", closed::get, count -> count == made.get());
        int before = made.get();
        get(queue.run(of("k1"), STAYS));
        assertThat(made).hasValue(before + 1);
    }

    @Test
    void overTheBusItIsTheSame() throws Exception {
        TryOutQueue queue = queue(Duration.ofMinutes(1));
        JsonObject here = get(queue.run(of("k1"), STAYS)).get(0).toJson();
        JsonArray there = get(tryOuts().run(of("k1"), STAYS)).toJsonArray();
        assertThat(there).isEqualTo(new JsonArray().add(here));
        assertThat(here.getJsonObject("visit").getString("url")).isEqualTo("http://x");
        assertThat(here.getJsonArray("evidence"))
                .isEqualTo(new JsonArray()
                        .add(new JsonObject()
                                .put("name", "screenshot.png")
                                .put("media_type", "image/png")
                                .put("bytes", 2)
                                .put("base64", "B8g=")));
    }

    @Test
    void aNodeTakesOneAndFourMoreAndAsksAnotherNodeBeforeItRefuses() throws Exception {
        TryOutQueue first = queue(Duration.ofMinutes(1));
        hold = new CountDownLatch(1);
        List<Future<List<Trial>>> taken = new ArrayList<>();
        for (int i = 0; i < 1 + TryOutQueue.MAX_WAITING; i++) {
            taken.add(first.run(of("k" + i), STAYS));
        }
        assertRefused(first.run(of("k9"), STAYS), RefusalReason.BUSY);
        assertRefused(tryOuts().run(of("k9"), STAYS), RefusalReason.BUSY);

        queue(Duration.ofMinutes(1));
        Future<Buffer> elsewhere = tryOuts().run(of("k9"), STAYS);
        Await.until("the other node's look-up", made::get, count -> count == 2);
        hold.countDown();
        assertThat(get(elsewhere).toJsonArray().getJsonObject(0).getString("key"))
                .isEqualTo("k9");
        for (int i = 0; i < taken.size(); i++) {
            assertThat(get(taken.get(i)).get(0).key()).isEqualTo("k" + i);
        }
    }

    @Test
    void whoLeavesEndsIt() throws Exception {
        TryOutQueue queue = queue(Duration.ofMinutes(1));
        hold = new CountDownLatch(1);
        Promise<Void> first = Promise.promise();
        Promise<Void> second = Promise.promise();
        Promise<Void> third = Promise.promise();
        Future<List<Trial>> running = queue.run(of("k1", "k2"), first.future());
        Future<List<Trial>> waiting = queue.run(of("k3"), second.future());
        Future<Buffer> overTheBus = tryOuts().run(of("k4"), third.future());
        Await.until("the first look-up", made::get, count -> count == 1);
        second.complete();
        assertRefused(waiting, RefusalReason.LOST);
        third.complete();
        assertRefused(overTheBus, RefusalReason.LOST);
        first.complete();
        assertRefused(running, RefusalReason.LOST);
        Await.until("the end of the look-up", aborts::get, count -> count == 1);
        hold.countDown();
        assertThat(get(queue.run(of("k5"), STAYS))).hasSize(1);
        assertThat(looked).containsExactly("k1", "k5");
    }

    @Test
    void aNodeThatStopsBreaksOffWhatItMakesAndWhatWaits() throws Exception {
        TryOutQueue queue = queue(Duration.ofMinutes(1));
        hold = new CountDownLatch(1);
        Future<Buffer> running = tryOuts().run(of("k1"), STAYS);
        Await.until("the look-up", made::get, count -> count == 1);
        Future<List<Trial>> waiting = queue.run(of("k2"), STAYS);
        get(vertx.undeploy(queue.deploymentID()));
        assertRefused(running, RefusalReason.LOST);
        assertRefused(waiting, RefusalReason.LOST);
        Await.until("the end of the look-up", aborts::get, count -> count == 1);
        assertRefused(tryOuts().run(of("k3"), STAYS), RefusalReason.NO_WORKER);
        assertThat(looked).containsExactly("k1");
    }

    @Test
    void aHostsLimitsHold() throws Exception {
        TryOutQueue queue = queue(Duration.ofMinutes(1));
        JsonObject slow = recipe().put(
                        "politeness",
                        new JsonObject().put("rate_per_minute", 120).put("burst", 1))
                .put("timeouts", new JsonObject().put("item_ms", 5000));
        long begun = System.nanoTime();
        get(queue.run(of(slow, "k1", "k2", "k3"), STAYS));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofMillis(950));

        slow.getJsonObject("politeness").put("rate_per_minute", 1);
        List<Trial> trials = get(queue.run(of(slow, "k4", "k5"), STAYS));
        assertThat(trials.get(1).result().error().code().wire()).isEqualTo("rate_limited");
    }

    @Test
    void whereNobodyHasABrowserThatIsTold() {
        assertRefused(tryOuts().run(of("k1"), STAYS), RefusalReason.NO_WORKER);
    }
}
