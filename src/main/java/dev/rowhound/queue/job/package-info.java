/** Jobs and their rows in Redis: uploading, controlling, indexing and reading them. */
@NullMarked
package dev.rowhound.queue.job;

import org.jspecify.annotations.NullMarked;
