/** The program's entry. */
@NullMarked
package dev.rowhound;

import org.jspecify.annotations.NullMarked;
