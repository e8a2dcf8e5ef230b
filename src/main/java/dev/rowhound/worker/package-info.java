/** Workers: taking items, having them looked up, and bringing their results home. */
@NullMarked
package dev.rowhound.worker;

import org.jspecify.annotations.NullMarked;
