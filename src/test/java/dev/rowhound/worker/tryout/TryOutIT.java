package dev.rowhound.worker.tryout;

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
import dev.rowhound.recipe.Recipe;
import dev.rowhound.redis.TestRedis;
import dev.rowhound.worker.slot.LostThreads;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Try-outs at a desk, and over the event bus. */
@ExtendWith(TestRedis.Extension.class)
class TryOutIT {
    private static final Future<Void> STAYS = Promise.<Void>promise().future();

    private final TestRedis redis;
    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final WorkKinds kinds = WorkKinds.of(new LookupKind(this::processor, fields -> null));
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
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
    }

    private TryOutDesk desk(Duration idle) throws Exception {
        HostLimits hosts = new HostLimits(redis.connector(), LimitConfig.NONE, "n1");
        TryOutDesk desk = new TryOutDesk(kinds, hosts, new LostThreads(1, new SimpleMeterRegistry()), idle);
        vertx.deployVerticle(desk).await(10, TimeUnit.SECONDS);
        return desk;
    }

    private static JsonObject recipe() {
        return new JsonObject()
                .put("name", "shops")
                .put("title", "Shops")
                .put("input", new JsonObject().put("column", "code").put("pattern", "k.*"))
                .put("start", new JsonObject().put("url", "http://shops.example/{key}"))
                .put("outcomes", new JsonObject().put("found", new JsonArray().add(new JsonObject().put("text", "x"))));
    }

    private static List<JsonObject> keys(String... keys) {
        List<JsonObject> rows = new ArrayList<>();
        for (String key : keys) {
            rows.add(new JsonObject().put(TryOut.KEY, key));
        }
        return rows;
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
        TryOut desk = desk(Duration.ofMillis(50));
        List<Trial> trials = get(desk.run(recipe(), keys("k1", "x", "k2"), STAYS));
        assertThat(trials).extracting(Trial::key).containsExactly("k1", "x", "k2");
        assertThat(trials)
                .extracting(trial -> trial.result().state())
                .containsExactly(ItemState.FOUND, ItemState.INVALID_INPUT, ItemState.FOUND);
        assertThat(trials.get(1).result().error().message()).contains("k.*");
        assertThat(trials.get(2).result().fields().getString("title")).isEqualTo("Shops true {code=k2}");
        // The browser goes when nobody has come for a while, and the next try-out gets another one.
        Await.until("the idle browser's end", closed::get, count -> count == 1);
        get(desk.run(recipe(), keys("k1"), STAYS));
        assertThat(made).hasValue(2);
    }

    @Test
    void overTheBusItIsTheSame() throws Exception {
        TryOut desk = desk(Duration.ofMinutes(1));
        Trial here = get(desk.run(recipe(), keys("k1"), STAYS)).get(0);
        Trial there = get(new TryOuts(vertx, kinds, null).run(recipe(), keys("k1"), STAYS))
                .get(0);
        assertThat(there.toJson()).isEqualTo(here.toJson());
        assertThat(there.result().visit()).isEqualTo(here.result().visit());
        assertThat(there.evidence().get(0).content())
                .containsExactly(here.evidence().get(0).content());
    }

    @Test
    void aNodeTakesOneAndFourMoreAndAsksAnotherNodeBeforeItRefuses() throws Exception {
        TryOutDesk first = desk(Duration.ofMinutes(1));
        hold = new CountDownLatch(1);
        List<Future<List<Trial>>> taken = new ArrayList<>();
        for (int i = 0; i < 1 + TryOutDesk.MAX_WAITING; i++) {
            taken.add(first.run(recipe(), keys("k" + i), STAYS));
        }
        assertRefused(first.run(recipe(), keys("k9"), STAYS), RefusalReason.BUSY);
        assertRefused(new TryOuts(vertx, kinds, first).run(recipe(), keys("k9"), STAYS), RefusalReason.BUSY);
        assertRefused(new TryOuts(vertx, kinds, null).run(recipe(), keys("k9"), STAYS), RefusalReason.BUSY);

        desk(Duration.ofMinutes(1));
        Future<List<Trial>> elsewhere = new TryOuts(vertx, kinds, first).run(recipe(), keys("k9"), STAYS);
        hold.countDown();
        assertThat(get(elsewhere).get(0).key()).isEqualTo("k9");
        for (int i = 0; i < taken.size(); i++) {
            assertThat(get(taken.get(i)).get(0).key()).isEqualTo("k" + i);
        }
    }

    @Test
    void whoLeavesEndsIt() throws Exception {
        TryOutDesk desk = desk(Duration.ofMinutes(1));
        hold = new CountDownLatch(1);
        Promise<Void> first = Promise.promise();
        Promise<Void> second = Promise.promise();
        Promise<Void> third = Promise.promise();
        Future<List<Trial>> running = desk.run(recipe(), keys("k1", "k2"), first.future());
        Future<List<Trial>> waiting = desk.run(recipe(), keys("k3"), second.future());
        Future<List<Trial>> overTheBus = new TryOuts(vertx, kinds, null).run(recipe(), keys("k4"), third.future());
        Await.until("the first look-up", made::get, count -> count == 1);
        second.complete();
        assertRefused(waiting, RefusalReason.LOST);
        first.complete();
        assertRefused(running, RefusalReason.LOST);
        third.complete();
        assertRefused(overTheBus, RefusalReason.LOST);
        hold.countDown();
        assertThat(get(desk.run(recipe(), keys("k5"), STAYS))).hasSize(1);
    }

    @Test
    void aHostsLimitsHold() throws Exception {
        TryOut desk = desk(Duration.ofMinutes(1));
        JsonObject slow = recipe().put(
                        "politeness",
                        new JsonObject().put("rate_per_minute", 120).put("burst", 1))
                .put("timeouts", new JsonObject().put("item_ms", 5000));
        long begun = System.nanoTime();
        get(desk.run(slow, keys("k1", "k2", "k3"), STAYS));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofMillis(950));

        slow.getJsonObject("politeness").put("rate_per_minute", 1);
        List<Trial> trials = get(desk.run(slow, keys("k4", "k5"), STAYS));
        assertThat(trials.get(1).result().error().code().wire()).isEqualTo("rate_limited");
    }

    @Test
    void whereNobodyHasABrowserThatIsTold() {
        assertRefused(new TryOuts(vertx, kinds, null).run(recipe(), keys("k1"), STAYS), RefusalReason.NOBODY);
    }
}
