/** The routes of the systems that Trawl replaces, for clients that still speak to them. */
@NullMarked
package dev.trawl.http.compat;

import org.jspecify.annotations.NullMarked;
