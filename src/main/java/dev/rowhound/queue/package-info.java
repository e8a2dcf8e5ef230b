/** What the rooms of the queue share: its scripts, the lease of an item, whose turn it is, calls named by their caller. */
@NullMarked
package dev.rowhound.queue;

import org.jspecify.annotations.NullMarked;
