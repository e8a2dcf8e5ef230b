/** Jobs followed live: Server-Sent Events, WebSockets and long polling, three views of one log. */
@NullMarked
package dev.rowhound.http.live;

import org.jspecify.annotations.NullMarked;
