/**
 * What all commands have in common: the terminal, the sentence of a failure, the options and the life of a node of
 * their own.
 */
@NullMarked
package dev.rowhound.cli.console;

import org.jspecify.annotations.NullMarked;
