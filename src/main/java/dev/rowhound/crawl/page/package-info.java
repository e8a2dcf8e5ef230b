/** Interprets pages by a recipe: outcome, known challenges, fields. */
@NullMarked
package dev.rowhound.crawl.page;

import org.jspecify.annotations.NullMarked;
