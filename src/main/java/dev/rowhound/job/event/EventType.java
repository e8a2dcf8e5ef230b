package dev.rowhound.job.event;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every type of event, with the fields that it has beside those of all events. A field that ends in {@code ?} may be
 * left out. The scripts write them, {@code event.schema.json} and {@code docs/wire.md} describe them, and the clients
 * list them; a test compares all of these.
 */
public enum EventType {
    /** The first rows are stored. */
    JOB_RECEIVING("job.receiving"),
    /** The upload is complete. */
    JOB_RUNNING("job.running"),
    /** Every row has ended. */
    JOB_COMPLETED("job.completed"),
    /** The input could not be used. */
    JOB_FAILED("job.failed", "reason"),
    /** The owner has cancelled the job. */
    JOB_CANCELLED("job.cancelled"),
    /** No item is begun until the job is resumed. */
    JOB_PAUSED("job.paused", "reason"),
    /** The job goes on. */
    JOB_RESUMED("job.resumed"),
    /** Failed rows wait again, as the next generation. */
    JOB_RETRYING("job.retrying", "codes"),
    /** The item waits for its host. */
    ITEM_HELD("item.held", "row", "key", "host", "wait_ms"),
    /** An attempt has begun. */
    ITEM_STARTED("item.started", "row", "key"),
    /** The item waits for a person's answer. */
    ITEM_NEEDS_HUMAN("item.needs_human", "row", "key", "question"),
    /** A person has answered. */
    ITEM_ANSWERED("item.answered", "row", "key", "question"),
    /** The item is done with. */
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
    /** An attempt has failed and another follows. */
    ITEM_RETRYING("item.retrying", "row", "key", "error", "attempt", "delay_ms"),
    /** Rows of a chunk whose keys the recipe's check refuses. */
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

    /** The fields of this type, in the order that documents list them; those that end in {@code ?} may be left out. */
    public List<String> fields() {
        return fields;
    }

    /** Whether a job's generation ends with it. */
    public boolean terminal() {
        return this == JOB_COMPLETED || this == JOB_FAILED || this == JOB_CANCELLED;
    }

    /** The type of that name, or null for one that this version does not know. */
    public static @Nullable EventType of(String wire) {
        return BY_WIRE.get(wire);
    }

    /** Whether that is the name of a terminal type. */
    public static boolean isTerminal(String wire) {
        EventType type = of(wire);
        return type != null && type.terminal();
    }
}
