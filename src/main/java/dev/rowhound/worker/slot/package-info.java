/** A node's own workers: a verticle each with its blocking thread and its processors. */
@NullMarked
package dev.rowhound.worker.slot;

import org.jspecify.annotations.NullMarked;
