/** Files that are uploaded again and again, at times that a cron expression gives. */
@NullMarked
package dev.trawl.schedule;

import org.jspecify.annotations.NullMarked;
