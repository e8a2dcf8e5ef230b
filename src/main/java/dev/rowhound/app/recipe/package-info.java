/** Chooses the recipes that requests ask for. */
@NullMarked
package dev.rowhound.app.recipe;

import org.jspecify.annotations.NullMarked;
