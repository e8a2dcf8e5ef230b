/** The lease protocol: how items are taken, held and brought home, whoever works on them. */
@NullMarked
package dev.rowhound.worker.lease;

import org.jspecify.annotations.NullMarked;
