package dev.rowhound.crawl.outbound;

import java.time.Duration;

/**
 * What the robots.txt of each site says. It is fetched through the same rules as everything else, kept for an hour (a
 * failure for five minutes), and fetched once however many ask at the same time. Safe for use by several threads.
 */
public interface Robots {

    /**
     * Whether that page may be fetched. A site without robots.txt (any status of 400 to 499) allows everything; one
     * that cannot be reached leaves it to the page itself to say so.
     *
     * @param url a whole address of the web; what is none is allowed, for it is not fetched anyway
     * @param agent the name that the site's rules are looked up by, such as {@code rowhound}
     * @param within how long it may take; after that it counts as a site that cannot be reached
     * @param policy what it is fetched through, and may reach besides
     */
    Verdict check(String url, String agent, Duration within, EgressPolicy policy);

    /** {@link #check(String, String, Duration, EgressPolicy)} by the name of the configuration. */
    Verdict check(String url, Duration within, EgressPolicy policy);

    /**
     * What became of a question.
     *
     * @param decision whether the page may be fetched
     * @param reason one sentence for a person
     */
    record Verdict(Decision decision, String reason) {

        /** Whether the page may be fetched. */
        public boolean allowed() {
            return decision == Decision.ALLOWED;
        }
    }

    /** Whether a page may be fetched. */
    enum Decision {
        /** Yes. */
        ALLOWED,
        /** No: the site asks programs not to. The item is blocked with {@code ROBOTS}. */
        DISALLOWED,
        /** The site's own fault kept it from answering (500 and more): try later, with {@code HTTP_5XX}. */
        UNAVAILABLE
    }
}
