/** Makes jobs out of sources: uploaded files, fires of schedules. */
@NullMarked
package dev.rowhound.app.submission;

import org.jspecify.annotations.NullMarked;
