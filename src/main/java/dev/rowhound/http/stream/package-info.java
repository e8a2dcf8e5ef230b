/** The open streams of this node's servers: back-pressure, heartbeats, rotation and orderly ends. */
@NullMarked
package dev.rowhound.http.stream;

import org.jspecify.annotations.NullMarked;
