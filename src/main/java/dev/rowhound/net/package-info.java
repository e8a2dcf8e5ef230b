/** Host names, IP ranges and URLs, parsed as browsers parse them. */
@NullMarked
package dev.rowhound.net;

import org.jspecify.annotations.NullMarked;
