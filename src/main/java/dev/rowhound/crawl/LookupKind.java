package dev.rowhound.crawl;

import dev.rowhound.config.Problems;
import dev.rowhound.job.Processor;
import dev.rowhound.job.Work;
import dev.rowhound.job.WorkKind;
import dev.rowhound.job.WorkKind.Specification;
import dev.rowhound.job.WorkPolicy;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.RecipeReader;
import dev.rowhound.recipe.Step;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

/** The work kind {@code lookup}, whose specifications are recipes. */
public final class LookupKind implements WorkKind {
    private static final int BROWSER_START_MILLIS = 30_000;

    private final Supplier<Processor> processors;
    private final Function<MultiMap, Future<Recipe>> recipes;

    /**
     * Creates the kind with its processors and its source of recipes.
     *
     * @param processors creates processors for items whose plan is a {@link Recipe}, see {@link CrawlEngine}
     * @param recipes finds the recipe that a submission's fields name
     */
    public LookupKind(Supplier<Processor> processors, Function<MultiMap, Future<Recipe>> recipes) {
        this.processors = processors;
        this.recipes = recipes;
    }

    @Override
    public String name() {
        return LOOKUP;
    }

    @Override
    public List<String> fields() {
        return List.of("recipe", "recipe_version");
    }

    @Override
    public Future<Specification> specify(MultiMap fields) {
        return recipes.apply(fields)
                .map(recipe -> new Specification(
                        recipe.source(),
                        recipe.name(),
                        recipe.version(),
                        recipe.input(),
                        recipe.fieldNames(),
                        recipe.pauseAfterBlocks()));
    }

    @Override
    public Work compile(JsonObject document) {
        Problems problems = new Problems("the recipe");
        Recipe recipe = RecipeReader.read(document, problems);
        problems.throwIfAny();
        return compile(Objects.requireNonNull(recipe));
    }

    public Work compile(Recipe recipe) {
        WorkPolicy policy = new WorkPolicy(
                recipe.timeouts().itemMillis(),
                longestStep(recipe),
                recipe.retry(),
                recipe.start().fixedHost(),
                item -> CrawlEngine.hostOf(recipe, item),
                recipe.politeness(),
                recipe.asks(),
                1);
        return new Work(this, recipe.input(), policy, recipe);
    }

    /** Every step reports progress before it begins, so the longest step bounds the silence. */
    private static int longestStep(Recipe recipe) {
        int longest = Math.max(
                BROWSER_START_MILLIS,
                Math.max(recipe.timeouts().navigationMillis(), recipe.timeouts().stepMillis()));
        for (Step step : recipe.steps()) {
            longest = Math.max(longest, step.timeoutMillis());
        }
        return longest;
    }

    @Override
    public Processor newProcessor() {
        return processors.get();
    }
}
