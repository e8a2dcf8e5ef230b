/** Layered JSON configuration: merging, typed reading, and complete error reports. */
@NullMarked
package dev.rowhound.config;

import org.jspecify.annotations.NullMarked;
