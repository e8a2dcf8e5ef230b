/** What {@code rowhound doctor} asks to learn about the proxies in between. */
@NullMarked
package dev.rowhound.http.probe;

import org.jspecify.annotations.NullMarked;
