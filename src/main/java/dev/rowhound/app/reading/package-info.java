/** Reads jobs and their rows for callers. */
@NullMarked
package dev.rowhound.app.reading;

import org.jspecify.annotations.NullMarked;
