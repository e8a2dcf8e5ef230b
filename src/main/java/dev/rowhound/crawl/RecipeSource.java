package dev.rowhound.crawl;

import dev.rowhound.job.ItemInput;
import dev.rowhound.recipe.Recipe;

/** Tells by which recipe an item is looked up. */
@FunctionalInterface
public interface RecipeSource {
    /** The recipe of the item's job; asked on a processor's thread, before each item. */
    Recipe recipeOf(ItemInput item);
}
