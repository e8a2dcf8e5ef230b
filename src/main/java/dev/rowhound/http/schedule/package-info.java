/** Schedules over HTTP. */
@NullMarked
package dev.rowhound.http.schedule;

import org.jspecify.annotations.NullMarked;
