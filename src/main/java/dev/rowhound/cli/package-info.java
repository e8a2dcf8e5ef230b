/**
 * The commands of {@code rowhound}. They use a node through its public HTTP API, even one that {@link
 * dev.rowhound.cli.console.EmbeddedNode} has started in this process.
 */
@NullMarked
package dev.rowhound.cli;

import org.jspecify.annotations.NullMarked;
