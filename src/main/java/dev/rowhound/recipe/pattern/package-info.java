/** Regular expressions of recipes, matched against untrusted text within limits. */
@NullMarked
package dev.rowhound.recipe.pattern;

import org.jspecify.annotations.NullMarked;
