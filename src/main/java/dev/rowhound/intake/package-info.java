/**
 * Rows out of uploads: {@link dev.rowhound.intake.UploadPipe} leads an upload's bytes from the event loop to a thread that
 * may block, and {@link dev.rowhound.intake.CsvIntake} turns them into chunks of rows there. Memory does not grow with the
 * file, but for some 20 bytes a distinct key.
 */
@NullMarked
package dev.rowhound.intake;

import org.jspecify.annotations.NullMarked;
