/** Limits that hold over all nodes: how hard a host may be asked, and how much a user may have of the cluster. */
@NullMarked
package dev.rowhound.limit;

import org.jspecify.annotations.NullMarked;
