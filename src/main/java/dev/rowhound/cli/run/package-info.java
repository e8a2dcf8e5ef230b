/** The command {@code run}. */
@NullMarked
package dev.rowhound.cli.run;

import org.jspecify.annotations.NullMarked;
