/** The catalogue of events: their types and fields, and the words for people in them. */
@NullMarked
package dev.rowhound.job.event;

import org.jspecify.annotations.NullMarked;
