/** Names, addresses, ranges and URLs of the network, read as browsers read them. */
@NullMarked
package dev.rowhound.net;

import org.jspecify.annotations.NullMarked;
