package dev.rowhound.fault;

/** What comes of a key, by its first letter. */
enum Kind {
    /** Found, its field being the key. */
    FOUND('f'),
    /** Found, after some time. */
    SLOW('w'),
    /** Found, with about as much as an event may carry. */
    LARGE('g'),
    /** Not found. */
    NOT_FOUND('n'),
    /** Blocked by the site. */
    BLOCKED('b'),
    /** Fails in a way that is not worth another attempt. */
    FAULTY('s'),
    /** Fails in a way that is worth another attempt, each time; found once the site is healed. */
    UNREACHABLE('x'),
    /** Fails so every other time. */
    FLAKY('y'),
    /** Kills its node; found where poison is switched off. */
    POISON('p');

    private final char letter;

    Kind(char letter) {
        this.letter = letter;
    }

    /** A key of this kind. */
    String key(int number) {
        return letter + "-" + number;
    }

    /** The kind of that key. */
    static Kind of(String key) {
        for (Kind kind : values()) {
            if (kind.letter == key.charAt(0)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no kind of key: " + key);
    }
}
