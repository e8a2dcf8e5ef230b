package dev.rowhound.job;

import java.util.Locale;

/**
 * Why an item was not answered. The names are part of the wire format, the letters of the store's: one that was given
 * once stays its code's and is never given to another.
 */
public enum ErrorCode {
    /** A step, the page or the whole item took too long, or a pattern of the recipe on what stood there. */
    TIMEOUT('t', true),
    /** The page could not be opened: refused, reset, or no such scheme. */
    NAVIGATION('n', true),
    /** The host's name could not be resolved. */
    DNS('d', true),
    /** The host's certificate or handshake was not accepted. */
    TLS('s', false),
    /** The site answered with a status of 400 to 499, other than 403, 429 and 451, that the recipe does not name. */
    HTTP_4XX('4', false),
    /** The site answered with a status of 500 or more that the recipe does not name. */
    HTTP_5XX('5', true),
    /**
     * The site asked for fewer look-ups: with status 429, or 503 with a {@code Retry-After}, where the recipe does not
     * name it.
     */
    RATE_LIMITED('r', true),
    /** The page came, but none of the recipe's outcomes stood on it. */
    UNRECOGNISED('u', false),
    /** A step's or a required field's element was not on the page. */
    SELECTOR_MISSING('m', false),
    /** A field's text was not of the type that the recipe gives. */
    FIELD_INVALID('f', false),
    /** The browser or its driver died under the item. */
    BROWSER_CRASHED('c', true),
    /** The result is larger than a result may be, or the page than one that is read without a browser. */
    TOO_LARGE('l', false),
    /** The item's worker was lost more often than allowed. */
    WORKER_LOST('w', false),
    /** A fault of this program. */
    INTERNAL('e', true),
    /** The look-up led to an address that this deployment does not ask: a private one, or another scheme. */
    ADDRESS_REFUSED('a', false),
    /** The proxy that the recipe names could not be reached or refused. */
    PROXY('p', true),
    /** A person was asked and did not answer in time. */
    UNANSWERED('q', false),
    /** The site's robots.txt asks programs not to fetch the page. The item counts as blocked. */
    ROBOTS('o', false),
    /** The session's log-in steps did not lead to a page of a user who is logged in. */
    LOGIN('g', false),
    /** The row's key failed the recipe's check. */
    INVALID_INPUT('i', false),
    /** The site refused to answer: a challenge or a ban, not the absence of the entry. */
    BLOCKED('b', false);

    private final char code;
    private final boolean retryable;

    ErrorCode(char code, boolean retryable) {
        this.code = code;
        this.retryable = retryable;
    }

    /** Whether another attempt may well succeed. */
    public boolean retryable() {
        return retryable;
    }

    /** The byte in the store; never given to another code. */
    public char code() {
        return code;
    }

    /** The name on the wire, in snake case. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The code with that name on the wire.
     *
     * @throws IllegalArgumentException for a name that is none
     */
    public static ErrorCode of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }

    /**
     * The code with that byte in the store.
     *
     * @throws IllegalArgumentException for a byte that is none's
     */
    public static ErrorCode of(char code) {
        for (ErrorCode constant : values()) {
            if (constant.code == code) {
                return constant;
            }
        }
        throw new IllegalArgumentException("no error has the code '" + code + "'");
    }
}
