/** Jobs and items over HTTP: reading, controlling, answering, results and evidence. */
@NullMarked
package dev.rowhound.http.job;

import org.jspecify.annotations.NullMarked;
