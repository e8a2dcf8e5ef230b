/** Regular expressions of recipes, run over foreign text within bounds. */
@NullMarked
package dev.rowhound.recipe.pattern;

import org.jspecify.annotations.NullMarked;
