/** Pages without a browser: as the host sends them, read to mean what they would mean in one. */
@NullMarked
package dev.rowhound.crawl.http;

import org.jspecify.annotations.NullMarked;
