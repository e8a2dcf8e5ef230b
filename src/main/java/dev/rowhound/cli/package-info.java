/**
 * The commands of {@code rowhound}. They watch a node as any other program does, by its public HTTP API, whether it is
 * another process or one that {@link dev.rowhound.cli.console.OwnNode} has started in this one.
 */
@NullMarked
package dev.rowhound.cli;

import org.jspecify.annotations.NullMarked;
