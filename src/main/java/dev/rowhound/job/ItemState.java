package dev.rowhound.job;

import java.util.Locale;

/**
 * The state of an item, stored as one byte, its {@link #code()}. A row that repeats an earlier key is not an item: its
 * byte is {@link #ALIAS}, and it has the state of the first row with that key.
 */
public enum ItemState {
    WAITING('\0'),
    RUNNING('r'),
    RETRYING('t'),
    HELD('h'),
    NEEDS_HUMAN('q'),
    FOUND('f'),
    NOT_FOUND('n'),
    INVALID_INPUT('i'),
    BLOCKED('b'),
    FAILED('x'),
    CANCELLED('c');

    /** The byte of a row that repeats an earlier key. */
    public static final char ALIAS = '=';

    private final char code;

    ItemState(char code) {
        this.code = code;
    }

    /** Returns the byte in the store. */
    public char code() {
        return code;
    }

    /** Returns the name on the wire, in snake case. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns whether the state is final, unless the item is retried. */
    public boolean ended() {
        return ordinal() >= FOUND.ordinal();
    }

    /**
     * Returns the state with that byte.
     *
     * @throws IllegalArgumentException if the byte is unknown or {@link #ALIAS}
     */
    public static ItemState of(char code) {
        for (ItemState state : values()) {
            if (state.code == code) {
                return state;
            }
        }
        throw new IllegalArgumentException("no item state has the byte " + (int) code);
    }

    /**
     * Returns the state with that name on the wire.
     *
     * @throws IllegalArgumentException if the name is unknown
     */
    public static ItemState ofWire(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
