/** The shared store: a connection that mends itself, every key, the scripts, and a Redis of the node's own. */
@NullMarked
package dev.rowhound.redis;

import org.jspecify.annotations.NullMarked;
