package dev.rowhound.crawl.view;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a step types or chooses.
 *
 * @param text as it is typed; not to be told to anybody where {@code hosts} is not null
 * @param hosts the hosts, with their ports where written, on whose pages alone it may be typed, or null for any
 */
public record Typed(String text, @Nullable Set<String> hosts) {
    /** Nothing, for steps without a value. */
    public static final Typed NOTHING = new Typed("", null);

    /** A text that holds no secret. */
    public static Typed of(String text) {
        return new Typed(text, null);
    }

    /** Without the text, so that no secret gets into a log. */
    @Override
    public String toString() {
        return hosts == null ? "Typed[" + text + "]" : "Typed[a secret for " + hosts + "]";
    }
}
