/** Turns the fires of schedules into jobs. */
@NullMarked
package dev.rowhound.app.schedule;

import org.jspecify.annotations.NullMarked;
