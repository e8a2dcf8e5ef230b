/** Reading JSON configuration: layers, a typed reader, and problems told all at once. */
@NullMarked
package dev.trawl.config;

import org.jspecify.annotations.NullMarked;
