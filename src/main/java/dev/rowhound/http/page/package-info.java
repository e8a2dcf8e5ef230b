/** The web page and the files that it loads. */
@NullMarked
package dev.rowhound.http.page;

import org.jspecify.annotations.NullMarked;
