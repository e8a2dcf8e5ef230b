/** Try-outs, which run a recipe on a few rows without a job. */
@NullMarked
package dev.rowhound.app.tryout;

import org.jspecify.annotations.NullMarked;
