/** A node: wires the parts, starts them by role and stops them in order. */
@NullMarked
package dev.rowhound.node;

import org.jspecify.annotations.NullMarked;
