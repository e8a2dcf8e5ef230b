/** Jobs' events: the log in Redis, cursors into it, and signals to watchers. */
@NullMarked
package dev.rowhound.progress;

import org.jspecify.annotations.NullMarked;
