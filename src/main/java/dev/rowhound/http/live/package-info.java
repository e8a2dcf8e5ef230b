/** Follows jobs live: Server-Sent Events, WebSockets and long polling over the same event log. */
@NullMarked
package dev.rowhound.http.live;

import org.jspecify.annotations.NullMarked;
