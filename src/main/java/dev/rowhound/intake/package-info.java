/**
 * Parses uploads into rows. {@link dev.rowhound.intake.UploadPipe} passes an upload's bytes from the event loop to a
 * thread that may block; {@link dev.rowhound.intake.CsvIntake} parses them into chunks of rows there. Apart from some
 * 20 bytes for each distinct key, memory does not grow with the file.
 */
@NullMarked
package dev.rowhound.intake;

import org.jspecify.annotations.NullMarked;
