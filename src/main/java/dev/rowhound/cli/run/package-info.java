/** The command {@code run}: a file uploaded, watched to its end, and its results written. */
@NullMarked
package dev.rowhound.cli.run;

import org.jspecify.annotations.NullMarked;
