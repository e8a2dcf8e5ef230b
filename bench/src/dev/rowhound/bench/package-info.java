/** The benchmarks of {@code bench/run}, which compare the project with its peers, in turn on one machine. */
package dev.rowhound.bench;
