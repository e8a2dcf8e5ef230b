/** The HTTP API of jobs and items: reading, commands, answers, results and evidence. */
@NullMarked
package dev.rowhound.http.job;

import org.jspecify.annotations.NullMarked;
