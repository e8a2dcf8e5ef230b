/** Cluster membership, and the event bus between the nodes. */
@NullMarked
package dev.rowhound.cluster;

import org.jspecify.annotations.NullMarked;
