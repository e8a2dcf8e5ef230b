/** The catalogue of events: types, fields and texts for people. */
@NullMarked
package dev.rowhound.job.event;

import org.jspecify.annotations.NullMarked;
