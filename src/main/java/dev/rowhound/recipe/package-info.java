/** Recipes: what is looked up and how, as data; the model, its loader and its checks. */
@NullMarked
package dev.rowhound.recipe;

import org.jspecify.annotations.NullMarked;
