/** Jobs' events: the log in the store, cursors into it, and waking those who watch. */
@NullMarked
package dev.rowhound.progress;

import org.jspecify.annotations.NullMarked;
