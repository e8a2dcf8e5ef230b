/** Gives items out under leases, and takes their results. */
@NullMarked
package dev.rowhound.queue.lease;

import org.jspecify.annotations.NullMarked;
