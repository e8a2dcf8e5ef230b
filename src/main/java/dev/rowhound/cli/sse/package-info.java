/** Reads Server-Sent Events. */
@NullMarked
package dev.rowhound.cli.sse;

import org.jspecify.annotations.NullMarked;
