/** The endpoints with which {@code rowhound doctor} examines proxies. */
@NullMarked
package dev.rowhound.http.probe;

import org.jspecify.annotations.NullMarked;
