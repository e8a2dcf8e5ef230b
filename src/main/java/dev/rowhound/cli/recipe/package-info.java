/** The commands {@code recipe} and {@code try}. */
@NullMarked
package dev.rowhound.cli.recipe;

import org.jspecify.annotations.NullMarked;
