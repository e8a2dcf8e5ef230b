package dev.rowhound.crawl;

import dev.rowhound.job.ItemInput;
import dev.rowhound.recipe.Recipe;

/** Provides the recipe of an item. */
@FunctionalInterface
public interface RecipeSource {
    /** Returns the recipe of the item's job; called on the processor's thread before each item. */
    Recipe recipeOf(ItemInput item);
}
