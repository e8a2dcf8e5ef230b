/**
 * The fault suite: real nodes and a real Redis as processes, a fake crawler, faults by a seed, and what must hold in
 * spite of them.
 */
package dev.rowhound.fault;
