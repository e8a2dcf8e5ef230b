/** The HTTP API of recipes: reading, changing and trying out. */
@NullMarked
package dev.rowhound.http.recipe;

import org.jspecify.annotations.NullMarked;
