/** Creates jobs from uploaded files, rows in JSON and schedule fires. */
@NullMarked
package dev.rowhound.app.submission;

import org.jspecify.annotations.NullMarked;
