/** Stored files: uploads, results, and what a look-up leaves behind. */
@NullMarked
package dev.rowhound.artifact;

import org.jspecify.annotations.NullMarked;
