/** What {@code bench/run} measures: the project beside its peers, on one machine, in turn. */
package dev.rowhound.bench;
