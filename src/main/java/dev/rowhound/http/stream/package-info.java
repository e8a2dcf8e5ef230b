/** Streams that are open at this node's server: how they are written, kept alive, and ended in good order. */
@NullMarked
package dev.rowhound.http.stream;

import org.jspecify.annotations.NullMarked;
