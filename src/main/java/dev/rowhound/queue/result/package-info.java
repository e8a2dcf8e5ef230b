/**
 * Results of items: reading them, storing large ones and evidence as files, and moving those of an ended job to a
 * segment. A segment holds entries sorted by row, in blocks that are read one by one:
 *
 * <pre>
 * "ROWHOUND"                                  8 bytes
 * block ...                                   NDJSON, a line [row,generation,result] an entry, deflated (RFC 1950)
 * index                                       24 bytes a block, big-endian: first row (4), entries (4), offset (8),
 *                                             length as stored (4), length as text (4)
 * footer                                      offset of the index (8), blocks (4), entries (4), CRC-32 of the
 *                                             index (4), version (4), "ROWHOUND"
 * </pre>
 */
@NullMarked
package dev.rowhound.queue.result;

import org.jspecify.annotations.NullMarked;
