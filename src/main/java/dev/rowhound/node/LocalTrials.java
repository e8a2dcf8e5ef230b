package dev.rowhound.node;

import dev.rowhound.crawl.CrawlEngine;
import dev.rowhound.crawl.LookupKind;
import dev.rowhound.job.TryOut;
import dev.rowhound.job.TryOut.RefusedException;
import dev.rowhound.job.TryOut.Trial;
import dev.rowhound.job.WorkKinds;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.redis.RetryPolicy.Timing;
import dev.rowhound.worker.lease.Slots;
import dev.rowhound.worker.lease.TryOutQueue;
import dev.rowhound.worker.slot.LostThreads;
import dev.rowhound.worker.slot.SlotVerticle;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Looks up single keys in this process, without a node or a store: with nothing but a queue of try-outs and its slot. */
public final class LocalTrials implements AutoCloseable {
    private final CrawlEngine engine;
    private final Vertx vertx;
    private final TryOutQueue queue;
    private final String slot;
    private final Promise<Void> gone = Promise.promise();

    private LocalTrials(CrawlEngine engine) throws IOException {
        this.engine = engine;
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        vertx = VertxStarter.start(registry, null);
        Timing timing = Timing.of(vertx);
        queue = new TryOutQueue(
                WorkKinds.of(new LookupKind(engine::newProcessor, LocalTrials::noSubmission)), null, timing);
        slot = vertx.deployVerticle(slot(queue, new LostThreads(1, registry), timing))
                .await();
        vertx.deployVerticle(queue).await();
    }

    private static Future<Recipe> noSubmission(MultiMap fields) {
        return Future.failedFuture(new IllegalStateException("nothing is submitted here"));
    }

    /** Creates the slot of a queue. Stopped after its queue, it has nobody to finish its item for. */
    static SlotVerticle slot(TryOutQueue queue, LostThreads threads, Timing timing) {
        Slots slots = new Slots(1, 0, Duration.ofMinutes(1));
        return new SlotVerticle(queue, null, slots, threads, timing, Duration.ZERO, "rowhound-try");
    }

    /**
     * Finds the browser and installs a missing one.
     *
     * @param config the merged configuration
     * @param home the base of relative paths in the configuration
     * @param progress receives a line about each slow step
     * @throws Exception if a program is unavailable; the message is a sentence for people
     */
    public static LocalTrials launch(JsonObject config, Path home, Consumer<String> progress) throws Exception {
        NodeConfig read = NodeConfig.read(config, home);
        CrawlEngine engine = new CrawlEngine(read.crawl(), read.data());
        engine.prepare(progress);
        return new LocalTrials(engine);
    }

    /**
     * Looks a key up. Blocks for up to the recipe's item timeout.
     *
     * @throws InterruptedException if it is aborted
     */
    public Trial run(Recipe recipe, String key) throws InterruptedException {
        TryOut tryOut = new TryOut(recipe.source(), List.of(new JsonObject().put(TryOut.KEY, key)));
        try {
            return queue.run(tryOut, gone.future()).await().get(0);
        } catch (RefusedException e) {
            throw new InterruptedException(e.getMessage());
        }
    }

    /** Aborts the current lookup and all later ones, from any thread. */
    public void abort() {
        gone.tryComplete();
    }

    @Override
    public void close() {
        try {
            vertx.undeploy(slot).await();
            vertx.close().await();
        } finally {
            engine.close();
        }
    }
}
