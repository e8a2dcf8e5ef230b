/** Finds out, from where a client is, what the proxies between it and a node do to streams, sockets and uploads. */
@NullMarked
package dev.rowhound.cli.doctor;

import org.jspecify.annotations.NullMarked;
