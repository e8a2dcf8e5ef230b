/** Files that arrive: forms taken apart, limits, and the way into the application. */
@NullMarked
package dev.rowhound.http.upload;

import org.jspecify.annotations.NullMarked;
