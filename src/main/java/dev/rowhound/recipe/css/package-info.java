/** CSS selectors, taken apart: what recipes may write, and what those that look without a browser go by. */
@NullMarked
package dev.rowhound.recipe.css;

import org.jspecify.annotations.NullMarked;
