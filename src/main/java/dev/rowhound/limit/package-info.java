/** Limits that hold across all nodes: the load on hosts, and the quotas of users. */
@NullMarked
package dev.rowhound.limit;

import org.jspecify.annotations.NullMarked;
