/** Fetches and reads pages without a browser, with the results that a browser would give. */
@NullMarked
package dev.rowhound.crawl.http;

import org.jspecify.annotations.NullMarked;
