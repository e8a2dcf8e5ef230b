/** What a request must be before any handler sees it: framed without doubt, meant for this host, from a page that may. */
@NullMarked
package dev.rowhound.http.request;

import org.jspecify.annotations.NullMarked;
