/** Recipes that are uploaded: their versions in the store, and what a node knows with those of its folder. */
@NullMarked
package dev.rowhound.recipestore;

import org.jspecify.annotations.NullMarked;
