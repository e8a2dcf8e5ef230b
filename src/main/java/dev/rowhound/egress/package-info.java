/**
 * The only way out to the web. Whatever a look-up asks for, by browser or without, is resolved here, held against the
 * address rules, and connected to at the very address that was checked. {@link dev.rowhound.egress.Egress} is its front
 * door; it knows nothing of browsers but the flags that lead one here.
 */
@NullMarked
package dev.rowhound.egress;

import org.jspecify.annotations.NullMarked;
