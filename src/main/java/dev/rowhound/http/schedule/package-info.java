/** The HTTP API of schedules: uploading, reading, pausing and deleting. */
@NullMarked
package dev.rowhound.http.schedule;

import org.jspecify.annotations.NullMarked;
