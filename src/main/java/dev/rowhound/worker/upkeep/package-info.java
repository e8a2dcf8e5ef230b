/** Work that keeps jobs and files going: recovery, compaction, sweeping. */
@NullMarked
package dev.rowhound.worker.upkeep;

import org.jspecify.annotations.NullMarked;
