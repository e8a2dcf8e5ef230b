/** The jobs in the store: uploading them, giving their items out and counting each of them once, reading them. */
@NullMarked
package dev.rowhound.queue;

import org.jspecify.annotations.NullMarked;
