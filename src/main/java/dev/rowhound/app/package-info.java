/** The use cases of Rowhound, independent of HTTP. */
@NullMarked
package dev.rowhound.app;

import org.jspecify.annotations.NullMarked;
