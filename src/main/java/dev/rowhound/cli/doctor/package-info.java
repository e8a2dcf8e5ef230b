/** Checks from a client's place what the proxies in front of a node do to streams, sockets and uploads. */
@NullMarked
package dev.rowhound.cli.doctor;

import org.jspecify.annotations.NullMarked;
