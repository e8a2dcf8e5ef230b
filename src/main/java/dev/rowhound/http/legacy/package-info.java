/** The routes of the systems that Rowhound replaces, for clients that still speak to them. */
@NullMarked
package dev.rowhound.http.legacy;

import org.jspecify.annotations.NullMarked;
