/** Maps of limited size. */
@NullMarked
package dev.rowhound.cache;

import org.jspecify.annotations.NullMarked;
