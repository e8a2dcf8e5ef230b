/**
 * The commands of {@code rowhound}. They reach a node as any other program does, by its public HTTP API; a node of their
 * own, the demo site and the browser's installation are given to them as a {@link dev.rowhound.cli.Program}.
 */
@NullMarked
package dev.rowhound.cli;

import org.jspecify.annotations.NullMarked;
