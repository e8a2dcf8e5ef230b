/** Look-ups on sites that nobody here wrote, which come through package managers, and on a captcha of npm's. */
@NullMarked
package dev.rowhound.sites;

import org.jspecify.annotations.NullMarked;
