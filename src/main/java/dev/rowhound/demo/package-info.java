/** The demo site, which runs in a separate process. */
@NullMarked
package dev.rowhound.demo;

import org.jspecify.annotations.NullMarked;
