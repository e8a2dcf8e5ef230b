/** What the ways to look at a page have in common: opening one, doing a step, and reading what stands there. */
@NullMarked
package dev.rowhound.crawl.view;

import org.jspecify.annotations.NullMarked;
