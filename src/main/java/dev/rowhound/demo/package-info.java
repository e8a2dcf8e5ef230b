/** The demo site: pages to look things up on, served by a process of its own. */
@NullMarked
package dev.rowhound.demo;

import org.jspecify.annotations.NullMarked;
