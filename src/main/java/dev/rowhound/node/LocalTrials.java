package dev.rowhound.node;

import dev.rowhound.crawl.CrawlEngine;
import dev.rowhound.crawl.LookupKind;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.TryOut;
import dev.rowhound.job.TryOut.Trial;
import dev.rowhound.job.Work;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.worker.tryout.Trials;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Looks up single keys in this process, without a node or a store. Confined to one thread, except for {@link #abort}.
 */
public final class LocalTrials implements AutoCloseable {
    private final CrawlEngine engine;
    private final LookupKind kind;
    private final Trials trials = new Trials();

    private LocalTrials(CrawlEngine engine) {
        this.engine = engine;
        this.kind = new LookupKind(engine::newProcessor, LocalTrials::noSubmission);
    }

    private static Future<Recipe> noSubmission(MultiMap fields) {
        return Future.failedFuture(new IllegalStateException("nothing is submitted here"));
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

    /** Looks a key up. Blocks for up to the recipe's item timeout. */
    public Trial look(Recipe recipe, String key) {
        Work work = kind.compile(recipe);
        ItemInput input = Trials.input(work, new JsonObject().put(TryOut.KEY, key));
        Trial refused = Trials.refused(work, input);
        return refused != null ? refused : trials.look(work, input, asked -> {});
    }

    /** Aborts the current lookup, from any thread. */
    public void abort() {
        trials.abort();
    }

    @Override
    public void close() {
        trials.close();
        engine.close();
    }
}
