package dev.rowhound;

import dev.rowhound.cli.TrialRunner;
import dev.rowhound.crawl.CrawlEngine;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.TryOut;
import dev.rowhound.job.TryOut.Trial;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.worker.Trials;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Looks keys up in this process, without a node and without a store. */
final class LocalTrials implements TrialRunner {
    private final CrawlEngine engine;
    private final Trials trials;

    private LocalTrials(CrawlEngine engine) {
        this.engine = engine;
        this.trials = new Trials(recipes -> engine.newProcessor(recipes::apply));
    }

    /** With that configuration's browser. */
    static LocalTrials launch(JsonObject config, Path home, Consumer<String> progress) throws Exception {
        NodeConfig read = NodeConfig.read(config, home);
        CrawlEngine engine = new CrawlEngine(read.crawl(), read.data());
        engine.prepare(progress);
        return new LocalTrials(engine);
    }

    @Override
    public Trial look(Recipe recipe, String key) {
        ItemInput input = Trials.input(recipe, new JsonObject().put(TryOut.KEY, key));
        Trial refused = Trials.refused(recipe, input);
        return refused != null ? refused : trials.look(recipe, input, asked -> {});
    }

    @Override
    public void abort() {
        trials.abort();
    }

    @Override
    public void close() {
        trials.close();
        engine.close();
    }
}
