/** What users can do with recipes: read them and, where they may, change the uploaded ones. */
@NullMarked
package dev.rowhound.app.recipe;

import org.jspecify.annotations.NullMarked;
