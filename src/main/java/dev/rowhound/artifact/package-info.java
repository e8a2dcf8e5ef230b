/** File storage: uploads, large results and evidence. */
@NullMarked
package dev.rowhound.artifact;

import org.jspecify.annotations.NullMarked;
