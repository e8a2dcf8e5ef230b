/** Client for a server's HTTP API and its event streams. */
@NullMarked
package dev.rowhound.cli.client;

import org.jspecify.annotations.NullMarked;
