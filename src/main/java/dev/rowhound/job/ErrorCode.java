package dev.rowhound.job;

import java.util.Locale;

/**
 * Why an item has no answer. The names are part of the wire format, the letters of the store's format: a letter is
 * never reused for another code.
 */
public enum ErrorCode {
    /** A step, the page, the whole item or one of the recipe's patterns exceeded its time limit. */
    TIMEOUT('t', true),
    /** The page could not be opened: the connection was refused or reset, or the scheme is unknown. */
    NAVIGATION('n', true),
    /** The host name could not be resolved. */
    DNS('d', true),
    /** The TLS handshake failed or the certificate is not trusted. */
    TLS('s', false),
    /** The site answered with a status of 400 to 499, other than 403, 429 and 451, that the recipe does not name. */
    HTTP_4XX('4', false),
    /** The site answered with a status of 500 or more that the recipe does not name. */
    HTTP_5XX('5', true),
    /**
     * The site limits the rate: status 429, or 503 with {@code Retry-After}, that the recipe does not name.
     */
    RATE_LIMITED('r', true),
    /** The page matches none of the recipe's outcomes. */
    UNRECOGNISED('u', false),
    /** The element of a step or of a required field is missing from the page. */
    SELECTOR_MISSING('m', false),
    /** A field's text does not have the type that the recipe declares. */
    FIELD_INVALID('f', false),
    /** The browser or its driver crashed during the attempt. */
    BROWSER_CRASHED('c', true),
    /** The result, or a page fetched over HTTP, exceeds its size limit. */
    TOO_LARGE('l', false),
    /** Workers were lost during the item more often than allowed. */
    WORKER_LOST('w', false),
    /** A bug in this program. */
    INTERNAL('e', true),
    /** The egress rules forbid the address: a private one, or another scheme. */
    ADDRESS_REFUSED('a', false),
    /** The recipe's proxy is unreachable or refused the request. */
    PROXY('p', true),
    /** Nobody answered the item's question in time. */
    UNANSWERED('q', false),
    /** The site's robots.txt disallows the page. The item counts as blocked. */
    ROBOTS('o', false),
    /** After the log-in steps the page did not show a logged-in user. */
    LOGIN('g', false),
    /** The row's key fails the recipe's validation. */
    INVALID_INPUT('i', false),
    /** The site shows a challenge or a ban, which says nothing about whether the entry exists. */
    BLOCKED('b', false);

    private final char code;
    private final boolean retryable;

    ErrorCode(char code, boolean retryable) {
        this.code = code;
        this.retryable = retryable;
    }

    /** Returns whether another attempt is likely to succeed. */
    public boolean retryable() {
        return retryable;
    }

    /** Returns the letter in the store. */
    public char code() {
        return code;
    }

    /** Returns the name on the wire, in snake case. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the code with that name on the wire.
     *
     * @throws IllegalArgumentException if the name is unknown
     */
    public static ErrorCode of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }

    /**
     * Returns the code with that letter in the store.
     *
     * @throws IllegalArgumentException if the letter is unknown
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
