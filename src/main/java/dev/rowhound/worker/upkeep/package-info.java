/** What keeps jobs and files going whoever works: recovery, compaction, sweeping. */
@NullMarked
package dev.rowhound.worker.upkeep;

import org.jspecify.annotations.NullMarked;
