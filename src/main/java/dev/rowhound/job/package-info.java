/** The words that every floor shares: jobs, items, their states and results, and who works on them. */
@NullMarked
package dev.rowhound.job;

import org.jspecify.annotations.NullMarked;
