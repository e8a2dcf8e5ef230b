/** The commands of README and docs, run as a reader runs them. */
package dev.rowhound.docs;
