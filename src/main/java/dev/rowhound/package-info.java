/** The program: its entry, and the one place where a node's parts are put together. */
@NullMarked
package dev.rowhound;

import org.jspecify.annotations.NullMarked;
