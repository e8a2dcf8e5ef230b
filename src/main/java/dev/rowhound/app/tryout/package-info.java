/** Recipes tried on a few rows, without a job. */
@NullMarked
package dev.rowhound.app.tryout;

import org.jspecify.annotations.NullMarked;
