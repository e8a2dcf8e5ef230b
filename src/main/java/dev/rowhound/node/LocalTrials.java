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
 * Looks single keys up in this process, without a node and without a store. It belongs to one thread, but for
 * {@link #abort}.
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
     * Finds what it takes, and installs what is missing.
     *
     * @param config the whole configuration, layers merged
     * @param home the folder that relative paths of the configuration start from
     * @param progress gets one line for each thing that takes a while
     * @throws Exception if something cannot be had; the message is a sentence for a person
     */
    public static LocalTrials launch(JsonObject config, Path home, Consumer<String> progress) throws Exception {
        NodeConfig read = NodeConfig.read(config, home);
        CrawlEngine engine = new CrawlEngine(read.crawl(), read.data());
        engine.prepare(progress);
        return new LocalTrials(engine);
    }

    /** Looks a key up. It blocks for as long as the recipe gives an item. */
    public Trial look(Recipe recipe, String key) {
        Work work = kind.compile(recipe);
        ItemInput input = Trials.input(work, new JsonObject().put(TryOut.KEY, key));
        Trial refused = Trials.refused(work, input);
        return refused != null ? refused : trials.look(work, input, asked -> {});
    }

    /** Ends what is being looked up, from any thread. */
    public void abort() {
        trials.abort();
    }

    @Override
    public void close() {
        trials.close();
        engine.close();
    }
}
