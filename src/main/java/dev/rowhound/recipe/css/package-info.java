/** A parser and a model of the CSS selectors in recipes, which the HTTP engine evaluates. */
@NullMarked
package dev.rowhound.recipe.css;

import org.jspecify.annotations.NullMarked;
