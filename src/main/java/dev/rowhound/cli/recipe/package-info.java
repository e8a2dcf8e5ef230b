/** The commands {@code recipe} and {@code try}: what a recipe says, and what comes of it on a few keys. */
@NullMarked
package dev.rowhound.cli.recipe;

import org.jspecify.annotations.NullMarked;
