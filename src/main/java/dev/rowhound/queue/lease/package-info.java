/** Leases items to workers and takes their results. */
@NullMarked
package dev.rowhound.queue.lease;

import org.jspecify.annotations.NullMarked;
