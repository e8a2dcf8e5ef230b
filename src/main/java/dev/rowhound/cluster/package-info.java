/** The nodes as one: who is there, and the event bus between them. */
@NullMarked
package dev.rowhound.cluster;

import org.jspecify.annotations.NullMarked;
