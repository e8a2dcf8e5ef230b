/** Background maintenance of jobs and files: recovery, compaction and the deletion of unused files. */
@NullMarked
package dev.rowhound.worker.upkeep;

import org.jspecify.annotations.NullMarked;
