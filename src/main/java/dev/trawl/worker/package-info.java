/** Workers: taking items, having them looked up, and bringing their results home. */
@NullMarked
package dev.trawl.worker;

import org.jspecify.annotations.NullMarked;
