package dev.rowhound.crawl.view;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A text that a step types or chooses.
 *
 * @param text the text; secret if {@code hosts} is not null
 * @param hosts the only hosts, with port where given, on whose pages the text may be typed, or null for any
 */
public record Typed(String text, @Nullable Set<String> hosts) {
    public static final Typed NOTHING = new Typed("", null);

    /** Creates a text that is not secret. */
    public static Typed of(String text) {
        return new Typed(text, null);
    }

    /** Omits a secret, so that it does not get into a log. */
    @Override
    public String toString() {
        return hosts == null ? "Typed[" + text + "]" : "Typed[a secret for " + hosts + "]";
    }
}
