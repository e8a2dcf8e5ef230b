/**
 * The only access to the web. Every request of a look-up, by browser or without, is resolved here, checked against the
 * address rules, and connected to at the checked address. {@link dev.rowhound.egress.Egress} is the entry point; the
 * package does not depend on browsers, apart from the flags that direct their traffic here.
 */
@NullMarked
package dev.rowhound.egress;

import org.jspecify.annotations.NullMarked;
