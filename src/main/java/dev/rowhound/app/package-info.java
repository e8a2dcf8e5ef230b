/** What a user can do with Rowhound, without HTTP. */
@NullMarked
package dev.rowhound.app;

import org.jspecify.annotations.NullMarked;
