package dev.trawl.crawl;

import dev.trawl.recipe.Recipe;

/** Tells by which recipe a job's items are looked up. */
@FunctionalInterface
public interface RecipeSource {
    /** The job's recipe; asked on a processor's thread, before each item. */
    Recipe recipeOf(String jobId);
}
