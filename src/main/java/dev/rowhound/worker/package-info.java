/** Workers, which lease items, process them and store their results. */
@NullMarked
package dev.rowhound.worker;

import org.jspecify.annotations.NullMarked;
