/** The routes of the systems that Rowhound replaces, for clients that still speak to them. */
@NullMarked
package dev.rowhound.http.compat;

import org.jspecify.annotations.NullMarked;
