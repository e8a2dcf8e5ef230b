/** Shared parts of the queue: its scripts, leases, fair scheduling, and idempotency keys. */
@NullMarked
package dev.rowhound.queue;

import org.jspecify.annotations.NullMarked;
