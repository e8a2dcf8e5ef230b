/** The recipe model, its reader and its checks. */
@NullMarked
package dev.rowhound.recipe;

import org.jspecify.annotations.NullMarked;
