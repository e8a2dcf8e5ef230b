package dev.rowhound.job.event;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The types of events and their specific fields; a field that ends in {@code ?} is optional. The scripts write them,
 * {@code event.schema.json} and {@code docs/wire.md} describe them, and the clients list them. Tests compare all of
 * these, and the events that scripts have written.
 */
public enum EventType {
    /** The first rows are stored. */
    JOB_RECEIVING("job.receiving"),
    /** The upload is complete. */
    JOB_RUNNING("job.running"),
    /** Every row has ended. */
    JOB_COMPLETED("job.completed"),
    /** The input is invalid. */
    JOB_FAILED("job.failed", "reason"),
    /** The owner cancelled the job. */
    JOB_CANCELLED("job.cancelled"),
    /** No item starts until the job is resumed. */
    JOB_PAUSED("job.paused", "reason"),
    /** Items start again. */
    JOB_RESUMED("job.resumed"),
    /** Failed rows are waiting again, in the next generation. */
    JOB_RETRYING("job.retrying", "codes"),
    /** The item waits for its host's limits. */
    ITEM_HELD("item.held", "row", "key", "host", "wait_ms"),
    /** An attempt started. */
    ITEM_STARTED("item.started", "row", "key"),
    /** The item waits for a person's answer. */
    ITEM_NEEDS_HUMAN("item.needs_human", "row", "key", "question"),
    /** A person answered. */
    ITEM_ANSWERED("item.answered", "row", "key", "question"),
    /** The item has its final state. */
    ITEM_ENDED(
            "item.ended",
            "row",
            "key",
            "input_hash?",
            "state",
            "fields",
            "fields_omitted?",
            "error",
            "attempts",
            "visit?",
            "evidence?",
            "rows?"),
    /** An attempt failed, and another will follow. */
    ITEM_RETRYING("item.retrying", "row", "key", "error", "attempt", "delay_ms"),
    /** Rows whose keys fail the recipe's validation, one event a chunk. */
    ROWS_REJECTED("rows.rejected", "rows", "errors"),
    /** Rows that arrived after the item with their key had ended. */
    ROWS_REPEATED("rows.repeated", "count");

    private static final Map<String, EventType> BY_WIRE = Collections.unmodifiableMap(
            Arrays.stream(values()).collect(Collectors.toMap(EventType::wire, Function.identity())));

    private final String wire;
    private final List<String> fields;

    EventType(String wire, String... fields) {
        this.wire = wire;
        this.fields = List.of(fields);
    }

    /** The name on the wire. */
    public String wire() {
        return wire;
    }

    /** Returns the fields in documentation order; those that end in {@code ?} are optional. */
    public List<String> fields() {
        return fields;
    }

    /** Returns whether the event ends a generation of the job. */
    public boolean terminal() {
        return this == JOB_COMPLETED || this == JOB_FAILED || this == JOB_CANCELLED;
    }

    /** Returns the type of that name, or null if this version does not know it. */
    public static @Nullable EventType of(String wire) {
        return BY_WIRE.get(wire);
    }

    /** Returns whether the name is that of a terminal type. */
    public static boolean isTerminal(String wire) {
        EventType type = of(wire);
        return type != null && type.terminal();
    }
}
