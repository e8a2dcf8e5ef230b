/** The commands on jobs: cancel, pause, resume, retry, and answers to questions. */
@NullMarked
package dev.rowhound.app.control;

import org.jspecify.annotations.NullMarked;
