/** Questions that items ask people, and their answers. */
@NullMarked
package dev.rowhound.queue.question;

import org.jspecify.annotations.NullMarked;
