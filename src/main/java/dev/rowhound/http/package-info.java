/** The HTTP servers: the public API and the management port. Each subpackage has the routes of one feature. */
@NullMarked
package dev.rowhound.http;

import org.jspecify.annotations.NullMarked;
