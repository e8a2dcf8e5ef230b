/** The HTTP API: the route table, one handler a resource, and the streams. */
@NullMarked
package dev.rowhound.http;

import org.jspecify.annotations.NullMarked;
