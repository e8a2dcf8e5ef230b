/** The worker slots of a node; each is a verticle with one blocking thread and its processors. */
@NullMarked
package dev.rowhound.worker.slot;

import org.jspecify.annotations.NullMarked;
