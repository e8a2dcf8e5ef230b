/** The shared store: the connection, all keys, script loading, and an embedded Redis. */
@NullMarked
package dev.rowhound.redis;

import org.jspecify.annotations.NullMarked;
