/** Reads Server-Sent Events. */
@NullMarked
package dev.trawl.cli.sse;

import org.jspecify.annotations.NullMarked;
