/** The common parts of the commands: terminal, failures, node options and embedded nodes. */
@NullMarked
package dev.rowhound.cli.console;

import org.jspecify.annotations.NullMarked;
