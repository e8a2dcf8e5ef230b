/** Reading JSON configuration: layers, a typed reader, and problems told all at once. */
@NullMarked
package dev.rowhound.config;

import org.jspecify.annotations.NullMarked;
