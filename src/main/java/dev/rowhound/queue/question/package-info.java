/** Questions that items put to people, and their answers. */
@NullMarked
package dev.rowhound.queue.question;

import org.jspecify.annotations.NullMarked;
