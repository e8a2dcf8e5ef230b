/** The common interface of the engines: opening a page, performing a step, and taking a snapshot. */
@NullMarked
package dev.rowhound.crawl.view;

import org.jspecify.annotations.NullMarked;
