package dev.rowhound.job;

import java.util.Locale;

/**
 * Where an item stands. In the store an item's state is one byte, its {@link #code()}; a row that
 * repeats an earlier key is no item of its own: its byte is {@link #ALIAS} and its first row's state is its state.
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

    /** The byte of a row whose key an earlier row has. */
    public static final char ALIAS = '=';

    private final char code;

    ItemState(char code) {
        this.code = code;
    }

    /** The byte that stands for this state in the store. */
    public char code() {
        return code;
    }

    /** The name on the wire, in snake case. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether an item in this state is done with, unless it is asked for again. */
    public boolean ended() {
        return ordinal() >= FOUND.ordinal();
    }

    /**
     * The state with that byte.
     *
     * @throws IllegalArgumentException for a byte that is none, {@link #ALIAS} too
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
     * The state with that name on the wire.
     *
     * @throws IllegalArgumentException for a name that is none
     */
    public static ItemState ofWire(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
