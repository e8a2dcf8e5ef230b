/** Files that are uploaded again and again, at times that a cron expression gives. */
@NullMarked
package dev.rowhound.schedule;

import org.jspecify.annotations.NullMarked;
