/** The APIs of the systems that Rowhound replaces, for their existing clients. */
@NullMarked
package dev.rowhound.http.legacy;

import org.jspecify.annotations.NullMarked;
