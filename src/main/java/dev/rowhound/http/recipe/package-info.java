/** Recipes over HTTP: reading, changing and trying out. */
@NullMarked
package dev.rowhound.http.recipe;

import org.jspecify.annotations.NullMarked;
