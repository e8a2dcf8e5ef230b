/** Schedules: files that are uploaded repeatedly, at times that a cron expression gives. */
@NullMarked
package dev.rowhound.schedule;

import org.jspecify.annotations.NullMarked;
