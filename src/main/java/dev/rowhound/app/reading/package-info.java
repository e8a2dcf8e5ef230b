/** Reads jobs for those who ask. */
@NullMarked
package dev.rowhound.app.reading;

import org.jspecify.annotations.NullMarked;
