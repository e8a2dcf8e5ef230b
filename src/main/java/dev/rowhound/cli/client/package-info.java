/** What a command needs of a server: the calls of its HTTP API, and the events that it streams. */
@NullMarked
package dev.rowhound.cli.client;

import org.jspecify.annotations.NullMarked;
