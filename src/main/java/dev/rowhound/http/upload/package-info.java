/** Receives uploads: parses forms, enforces limits, and passes fields and files to the application. */
@NullMarked
package dev.rowhound.http.upload;

import org.jspecify.annotations.NullMarked;
