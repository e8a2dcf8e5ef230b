/** The lease protocol, by which this node's slots and external programs lease, renew and complete items. */
@NullMarked
package dev.rowhound.worker.lease;

import org.jspecify.annotations.NullMarked;
