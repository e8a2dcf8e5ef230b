/**
 * Checks and the pipeline that each request passes before its handler: framing, host, origin, caller, body limits and
 * error responses.
 */
@NullMarked
package dev.rowhound.http.request;

import org.jspecify.annotations.NullMarked;
