/** The use cases for schedules, and the creation of jobs when schedules fire. */
@NullMarked
package dev.rowhound.app.schedule;

import org.jspecify.annotations.NullMarked;
