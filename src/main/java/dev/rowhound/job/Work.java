package dev.rowhound.job;

import org.jspecify.annotations.Nullable;

/**
 * A job's specification, compiled by its kind.
 *
 * @param kind how its items are processed
 * @param keys what a key must look like
 * @param policy what a worker must know
 * @param plan what the kind's processors work by; nobody else looks into it
 */
public record Work(
        WorkKind kind,
        KeyFormat keys,
        WorkPolicy policy,
        @Nullable Object plan) {}
