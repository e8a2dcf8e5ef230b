/** The domain model that all layers share: jobs, items, states, results and kinds of work. */
@NullMarked
package dev.rowhound.job;

import org.jspecify.annotations.NullMarked;
