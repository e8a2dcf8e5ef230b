/** What a page says by a recipe: its outcome, a known challenge, its fields. */
@NullMarked
package dev.rowhound.crawl.page;

import org.jspecify.annotations.NullMarked;
