/** The lease protocol: how items are taken, held and brought home, by slots of this node and by programs outside. */
@NullMarked
package dev.rowhound.worker.lease;

import org.jspecify.annotations.NullMarked;
