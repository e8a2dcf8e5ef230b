/** Single rows that are tried without a job. */
@NullMarked
package dev.rowhound.worker.tryout;

import org.jspecify.annotations.NullMarked;
