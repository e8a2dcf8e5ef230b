/** One node: the only room where the parts are wired, started by role and stopped in order. */
@NullMarked
package dev.rowhound.node;

import org.jspecify.annotations.NullMarked;
