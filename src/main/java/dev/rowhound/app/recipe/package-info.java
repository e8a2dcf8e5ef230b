/** The use cases for recipes: read them and, with permission, change the uploaded ones. */
@NullMarked
package dev.rowhound.app.recipe;

import org.jspecify.annotations.NullMarked;
