/** Uploaded recipes and their versions in Redis, and the catalogue that combines them with a node's folder. */
@NullMarked
package dev.rowhound.recipestore;

import org.jspecify.annotations.NullMarked;
