package dev.rowhound.job;

import org.jspecify.annotations.Nullable;

/**
 * A job's specification, compiled by its work kind.
 *
 * @param kind the kind that processes the items
 * @param keys the validation of keys
 * @param policy what workers need to know
 * @param plan the processors' compiled form, opaque to everything else
 */
public record Work(
        WorkKind kind,
        KeyFormat keys,
        WorkPolicy policy,
        @Nullable Object plan) {}
