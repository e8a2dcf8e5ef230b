/** Regular expressions of recipes, run over foreign text within bounds. */
@NullMarked
package dev.trawl.recipe.pattern;

import org.jspecify.annotations.NullMarked;
